/** The new copy that is built beside the old after a `reset`, and takes its place when it is whole (L5). */
import type { RecordType } from '../api/records'
import type { ExchangeAnswer, PatchEntry } from '../api/wire'
import { isKnown, patchBase } from './base'
import { RECORD_TYPES, type PersonDatabase, type StagedRow } from './db'
import { fact, setFact } from './facts'
import { inParts, keysOf, pagesOf } from './pages'

type Key = [type: string, id: string]

/**
 * Put a page of the new copy beside the old. A `reset` starts the new copy with its own page.
 * Runs inside the caller's transaction over `db.answered`.
 */
export async function stage(db: PersonDatabase, answer: ExchangeAnswer): Promise<void> {
  if (answer.reset) await db.staged.clear()
  const puts = answer.patch.flatMap((entry) => (entry.op === 'put' ? [entry] : []))
  await db.staged.bulkPut(puts.map(({ type, id, version, value }) => ({ type, id, version, value })))
  await db.staged.bulkDelete(answer.patch.flatMap((entry): Key[] => (entry.op === 'del' ? [[entry.type, entry.id]] : [])))
  await setFact(db, 'staged_cursor', answer.cursor)
}

/**
 * Make base what the new copy is, whole with the answer of this number. Readers see all of it or nothing; taps are saved meanwhile, for neither outbox
 * nor facts are locked. The new copy stays, so that a tab killed at any moment does the same again.
 */
export async function replaceBase(db: PersonDatabase, answer: number): Promise<void> {
  const { fresh, gone, strangers } = await difference(db)
  await db.transaction('rw', [...RECORD_TYPES.map((type) => db.base(type)), db.digest, db.elsewhere, db.staged], async () => {
    for (const keys of inParts(fresh)) await patchBase(db, (await db.staged.bulkGet(keys)).flatMap((row) => (row ? [asPut(row)] : [])), answer)
    for (const keys of inParts(gone)) await patchBase(db, keys.map(asDel), answer)
    for (const keys of inParts(strangers)) await db.elsewhere.bulkDelete(keys)
  })
}

const asPut = (row: StagedRow): PatchEntry => ({ op: 'put', ...row } as PatchEntry)

const asDel = ([type, id]: Key): PatchEntry => ({ op: 'del', type: type as RecordType, id, reason: 'out_of_scope' })

interface Difference {
  /** What of the new copy base does not have, or has otherwise. */
  fresh: Key[]
  gone: Key[]
  /** What waits elsewhere and is not in the new copy, or no longer of a type unknown here. */
  strangers: Key[]
}

/** Found out page by page before anything is locked: most often the two copies are nearly the same. */
async function difference(db: PersonDatabase): Promise<Difference> {
  const copied = new Set<string>()
  const [fresh, gone, strangers]: [Key[], Key[], Key[]] = [[], [], []]
  for await (const rows of pagesOf(db.staged, keyOf)) {
    for (const row of rows) copied.add(keyOf(row).join())
    fresh.push(...(await unlikeOurs(db, rows)))
  }
  for (const type of RECORD_TYPES) {
    for await (const ids of keysOf(db.base(type))) gone.push(...ids.map((id): Key => [type, id]).filter((key) => !copied.has(key.join())))
  }
  for await (const keys of keysOf(db.elsewhere)) strangers.push(...keys.filter((key) => isKnown(key[0]) || !copied.has(key.join())))
  return { fresh, gone, strangers }
}

const keyOf = ({ type, id }: StagedRow): Key => [type, id]

/** Which of these rows are not in base, or otherwise. In another numbering one version may stand for two values. */
async function unlikeOurs(db: PersonDatabase, rows: StagedRow[]): Promise<Key[]> {
  const unlike: Key[] = []
  for (const type of new Set(rows.map((row) => row.type))) {
    const ofType = rows.filter((row) => row.type === type)
    const ours = await versionsOf(db, type, ofType)
    unlike.push(...ofType.filter((row) => !isAlike(row, ours.get(row.id))).map(keyOf))
  }
  return unlike
}

type Versioned = Pick<StagedRow, 'version' | 'value'>

/** What this phone has of these rows of one type, which are in the order of their ids: a range is one request. */
async function versionsOf(db: PersonDatabase, type: string, rows: StagedRow[]): Promise<Map<string, Versioned>> {
  const [first, last, asked] = [rows[0]?.id, rows[rows.length - 1]?.id, new Set(rows.map(({ id }) => id))]
  const pages: AsyncGenerator<(Versioned & { id: string })[]> = isKnown(type)
    ? pagesOf(db.base(type), ({ id }) => id, first, last)
    : pagesOf(db.elsewhere, keyOf, [type, first], [type, last])
  const ours = new Map<string, Versioned>()
  for await (const page of pages) for (const row of page) if (asked.has(row.id)) ours.set(row.id, row)
  return ours
}

const isAlike = (one: Versioned, other: Versioned | undefined): boolean =>
  one.version === other?.version && JSON.stringify(one.value) === JSON.stringify(other.value)

/** Whether a new copy is being built. */
export const isBuilding = async (db: PersonDatabase): Promise<boolean> => (await fact(db, 'staged_cursor')) !== null
