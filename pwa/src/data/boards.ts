/** A building's board: the digests of its dwellings in one row, kept equal to what their records say. */
import type { Visit } from '../api/records'
import type { PersonDatabase } from './db'
import { blank, buildingsOfTurn, byDwelling, byVisits, fold, losesNewest, saysSomething, type Digest, type Turn } from './digest'
import { isReadable } from './sealing'
import { homeTag } from './tags'

export interface Board {
  /** Empty for dwellings that have not arrived themselves. */
  building_id: string
  homes: Digest[]
}

const NOWHERE = ''

/** Of more dwellings than this, all boards are read: there are fewer of them. */
const FEW = 8

/** The boards on which these dwellings are, and perhaps some beside. */
async function boardsWith(db: PersonDatabase, dwellingIds: readonly string[]): Promise<Board[]> {
  if (dwellingIds.length > FEW) return allBoards(db)
  const homes = await db.base('dwelling').some(dwellingIds)
  return boardsAt(db, [NOWHERE, ...homes.map(({ value }) => value.building_id)])
}

export async function boardsAt(db: PersonDatabase, buildingIds: Iterable<string>): Promise<Board[]> {
  return (await db.board.bulkGet([...new Set(buildingIds)])).filter((board) => board !== undefined).filter(isReadable)
}

/** All that can be read. */
export const allBoards = async (db: PersonDatabase): Promise<Board[]> => (await db.board.toArray()).filter(isReadable)

/** What is known of these dwellings, by id. */
export async function digestsOf(db: PersonDatabase, dwellingIds: readonly string[]): Promise<Map<string, Digest>> {
  const asked = new Set(dwellingIds)
  const boards = asked.size > 0 ? await boardsWith(db, [...asked]) : []
  return new Map(boards.flatMap(({ homes }) => homes.filter(({ id }) => asked.has(id)).map((digest) => [digest.id, digest] as const)))
}

/** Fold turned records into the digests they concern. Runs inside the transaction that turns them; base holds them once they are `written`. */
export async function keepBoards(db: PersonDatabase, turns: readonly Turn[], written: Promise<unknown> = Promise.resolve()): Promise<void> {
  const turned = byDwelling(turns)
  if (turned.size === 0) return
  const boards = new Map([...(await boardsWith(db, [...turned.keys()])), ...(await boardsAt(db, turns.flatMap(buildingsOfTurn)))].map((board) => [board.building_id, board]))
  const before = new Map([...boards.values()].flatMap(({ homes }) => homes.filter(({ id }) => turned.has(id))).map((digest) => [digest.id, digest]))
  const after = await folded(db, turned, before, written)
  const touched = new Set([...before.values(), ...after].map(({ building_id }) => building_id))
  const kept = [...touched].map((id) => ({ building_id: id, homes: homesOn(id, boards.get(id), turned, after) }))
  await db.board.bulkPut(kept.filter(({ homes }) => homes.length > 0))
  await db.board.bulkDelete(kept.filter(({ homes }) => homes.length === 0).map(({ building_id }) => building_id))
}

function homesOn(buildingId: string, board: Board | undefined, turned: ReadonlyMap<string, unknown>, after: readonly Digest[]): Digest[] {
  const others = board?.homes.filter(({ id }) => !turned.has(id)) ?? []
  return [...others, ...after.filter((digest) => digest.building_id === buildingId && saysSomething(digest))]
}

/** The digests after the turns; one that lost its newest visit goes by those that are left. */
async function folded(db: PersonDatabase, turned: ReadonlyMap<string, Turn[]>, before: ReadonlyMap<string, Digest>, written: Promise<unknown>): Promise<Digest[]> {
  const after: Digest[] = []
  for (const [id, turns] of turned) {
    const was = before.get(id) ?? blank(id)
    const now = fold(was, turns)
    const isLost = turns.some((turn) => losesNewest(was, turn))
    if (isLost) await written
    after.push(isLost ? byVisits(now, await visitsAt(db, id)) : now)
  }
  return after
}

/** The visits of a dwelling that base holds, but for those of these ids. */
export async function visitsAt(db: PersonDatabase, dwellingId: string, but: ReadonlySet<string> = new Set()): Promise<Visit[]> {
  return (await db.base('visit').tagged(homeTag(dwellingId))).filter(({ id }) => !but.has(id)).map(({ value }) => value)
}
