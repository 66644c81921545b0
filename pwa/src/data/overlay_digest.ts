/** Digests with the outbox laid over: what this phone has not yet had confirmed. */
import Dexie from 'dexie'
import type { RecordType } from '../api/records'
import type { PersonDatabase } from './db'
import { blank, dwellingsOfTurn, fold, losesNewest, newestVisit, type Digest, type Turn } from './digest'
import type { Overlay } from './overlay'

/** A digest as base has it, and as the screen should show it. */
export interface DigestTurn {
  before: Digest
  after: Digest
}

/** The digests the outbox changes, by dwelling. Refused changes count for nothing. */
export async function overlaidDigests(db: PersonDatabase, over: Overlay): Promise<Map<string, DigestTurn>> {
  const turns = (await Promise.all(DIGESTED.map((type) => turnsOf(db, over, type)))).flat()
  const ids = [...new Set(turns.flatMap(dwellingsOfTurn))]
  const rows = await db.digest.bulkGet(ids)
  const overlaid = ids.map(async (id, at): Promise<[string, DigestTurn]> => {
    const before = rows[at] ?? blank(id)
    const concerned = turns.filter((turn) => dwellingsOfTurn(turn).includes(id))
    const from = concerned.some((turn) => losesNewest(before, turn)) ? await withoutVisits(db, before, concerned) : before
    return [id, { before, after: concerned.reduce(fold, from) }]
  })
  return new Map(await Promise.all(overlaid))
}

const DIGESTED: RecordType[] = ['visit', 'case', 'resident', 'dwelling']

async function turnsOf(db: PersonDatabase, over: Overlay, type: RecordType): Promise<Turn[]> {
  const changes = over.turned(type).filter(({ by }) => !by.refused)
  const before = await db.base(type).bulkGet(changes.map(({ id }) => id))
  return changes.map(({ id, value }, at) => ({ type, id, before: before[at]?.value ?? null, after: value }))
}

/** The digest by the newest visit that the outbox leaves alone. */
async function withoutVisits(db: PersonDatabase, digest: Digest, turns: Turn[]): Promise<Digest> {
  const changed = new Set(turns.map(({ id }) => id))
  const visits = db.base('visit').where('[value.dwelling_id+value.occurred_at]').between([digest.id, Dexie.minKey], [digest.id, Dexie.maxKey])
  const newest = await visits.reverse().filter(({ id }) => !changed.has(id)).first()
  return newestVisit(digest, newest?.value ?? null)
}
