/** Keeping each dwelling's digest equal to what its records say. */
import Dexie from 'dexie'
import type { Visit } from '../api/records'
import type { PersonDatabase } from './db'
import { blank, dwellingsOfTurn, fold, losesNewest, newestVisit, type Digest, type Turn } from './digest'

/** Fold turned records into the digests they concern. Runs inside the transaction that turned them. */
export async function keepDigests(db: PersonDatabase, turns: readonly Turn[]): Promise<void> {
  const ids = [...new Set(turns.flatMap(dwellingsOfTurn))]
  if (ids.length === 0) return
  const before = await db.digest.bulkGet(ids)
  const digests = new Map(ids.map((id, at) => [id, before[at] ?? blank(id)]))
  for (const id of foldAll(digests, turns)) digests.set(id, newestVisit(digests.get(id) ?? blank(id), await newest(db, id)))
  const [kept, gone] = [[...digests.values()].filter(saysSomething), [...digests.values()].filter((one) => !saysSomething(one))]
  await db.digest.bulkPut(kept)
  await db.digest.bulkDelete(gone.map(({ id }) => id))
}

/** Fold every turn in place; the dwellings whose newest visit vanished. */
function foldAll(digests: Map<string, Digest>, turns: readonly Turn[]): Set<string> {
  const stale = new Set<string>()
  for (const turn of turns) {
    for (const id of dwellingsOfTurn(turn)) {
      const digest = digests.get(id) ?? blank(id)
      if (losesNewest(digest, turn)) stale.add(id)
      digests.set(id, fold(digest, turn))
    }
  }
  return stale
}

const saysSomething = ({ building_id, visited_at, open, care }: Digest): boolean =>
  Boolean(building_id || visited_at || open.length || care.length)

async function newest(db: PersonDatabase, dwellingId: string): Promise<Visit | null> {
  const visits = db.base('visit').where('[value.dwelling_id+value.occurred_at]')
  return (await visits.between([dwellingId, Dexie.minKey], [dwellingId, Dexie.maxKey]).last())?.value ?? null
}
