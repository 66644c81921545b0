/** Digests with the outbox laid over: what this phone has not yet had confirmed. */
import type { RecordType } from '../api/records'
import { allBoards, boardsAt, digestsOf, visitsAt } from './boards'
import type { PersonDatabase } from './db'
import { blank, byDwelling, byVisits, DIGESTED, fold, losesNewest, type Digest, type Turn } from './digest'
import type { Here } from './here'
import type { Overlay } from './overlay'

/** The dwellings of all buildings, or of one, as the screen should show them. */
export const homesShown = ({ db }: Here, over: Overlay, buildingId?: string): Promise<Digest[]> => db.reading(() => homesIn(db, over, buildingId))

async function homesIn(db: PersonDatabase, over: Overlay, buildingId?: string): Promise<Digest[]> {
  const boards = buildingId === undefined ? allBoards(db) : boardsAt(db, [buildingId])
  const [held, changed] = await Promise.all([boards, lay(db, over)])
  const unchanged = held.flatMap(({ homes }) => homes.filter(({ id }) => !changed.has(id)))
  return [...unchanged, ...changed.values()].filter(({ building_id }) => building_id && (buildingId ?? building_id) === building_id)
}

/** The digests the outbox changes, by dwelling. Refused changes count for nothing. */
async function lay(db: PersonDatabase, over: Overlay): Promise<Map<string, Digest>> {
  const turns = byDwelling((await Promise.all(DIGESTED.map((type) => turnsOf(db, over, type)))).flat())
  const known = await digestsOf(db, [...turns.keys()])
  const overlaid = [...turns].map(async ([id, concerned]): Promise<[string, Digest]> => {
    const before = known.get(id) ?? blank(id)
    const from = concerned.some((turn) => losesNewest(before, turn)) ? await withoutVisits(db, before, concerned) : before
    return [id, fold(from, concerned)]
  })
  return new Map(await Promise.all(overlaid))
}

async function turnsOf(db: PersonDatabase, over: Overlay, type: RecordType): Promise<Turn[]> {
  const changes = over.turned(type).filter(({ by }) => !by.refused)
  const before = new Map((await db.base(type).some(changes.map(({ id }) => id))).map((row) => [row.id, row.value]))
  return changes.map(({ id, value }) => ({ type, id, before: before.get(id) ?? null, after: value }))
}

/** The digest by the visits that the outbox leaves alone. */
async function withoutVisits(db: PersonDatabase, digest: Digest, turns: Turn[]): Promise<Digest> {
  return byVisits(digest, await visitsAt(db, digest.id, new Set(turns.map(({ id }) => id))))
}
