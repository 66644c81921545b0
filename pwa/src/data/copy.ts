/** The new copy that is built beside the old after a `reset`, and takes its place when it is whole (L5). */
import type { RecordType } from '../api/records'
import type { ExchangeAnswer, PatchEntry } from '../api/wire'
import { byType, goneIn, isKnown, patchBase, putsIn } from './base'
import { partsOf, type Bundled } from './bundles'
import { RECORD_TYPES, type PersonDatabase, type Stranger } from './db'
import { fact, setFact } from './facts'
import { inParts, keysOf, PAGE } from './pages'

type Key = [type: string, id: string]

/**
 * Put a page of the new copy beside the old. A `reset` starts the new copy with its own page.
 * Runs inside the caller's transaction over `db.answered`.
 */
export async function stage(db: PersonDatabase, answer: ExchangeAnswer): Promise<void> {
  if (answer.reset) await db.staged.clear()
  for (const [type, entries] of byType(answer.patch)) {
    await db.copied(type).change(putsIn(entries).map(({ id, version, value }) => ({ type, id, version, value })), goneIn(entries))
  }
  await setFact(db, 'staged_cursor', answer.cursor)
}

/**
 * Make base what the new copy is, whole with the answer of this number. Readers see all of it or nothing; taps are saved meanwhile, for neither outbox
 * nor facts are locked. The new copy stays, so that a tab killed at any moment does the same again.
 */
export async function replaceBase(db: PersonDatabase, answer: number): Promise<void> {
  const { fresh, gone, strangers } = await difference(db)
  await db.transaction('rw', [db.bundle, db.board, db.elsewhere, db.staged], async () => {
    for (const [type, ids] of fresh) {
      for (const part of inParts(ids, PAGE)) await patchBase(db, (await db.copied(type).some(part)).map(asPut), answer)
    }
    for (const [type, ids] of gone) for (const part of inParts(ids, PAGE)) await patchBase(db, part.map((id) => asDel(type, id)), answer)
    for (const keys of inParts(strangers)) await db.elsewhere.bulkDelete(keys)
  })
}

const asPut = ({ type, id, version, value }: Bundled): PatchEntry => ({ op: 'put', type, id, version, value } as PatchEntry)

const asDel = (type: string, id: string): PatchEntry => ({ op: 'del', type: type as RecordType, id, reason: 'out_of_scope' })

interface Difference {
  /** What of the new copy base does not have, or has otherwise: ids by type, as in `gone`. */
  fresh: Map<string, string[]>
  gone: Map<string, string[]>
  /** What waits elsewhere and is not in the new copy, or no longer of a type unknown here. */
  strangers: Key[]
}

/** Found out part by part before anything is locked: most often the two copies are nearly the same. */
async function difference(db: PersonDatabase): Promise<Difference> {
  const copied = new Set<string>()
  const [fresh, gone, strangers]: [Map<string, string[]>, Map<string, string[]>, Key[]] = [new Map(), new Map(), []]
  for await (const bundles of partsOf(db.staged)) {
    for (const { rows } of bundles) {
      const type = rows[0]?.type ?? ''
      for (const { id } of rows) copied.add(`${type}:${id}`)
      fresh.set(type, [...(fresh.get(type) ?? []), ...(await unlikeOurs(db, type, rows))])
    }
  }
  for (const type of RECORD_TYPES) {
    const ids: string[] = []
    for await (const rows of db.base(type).parts()) ids.push(...rows.map(({ id }) => id).filter((id) => !copied.has(`${type}:${id}`)))
    gone.set(type, ids)
  }
  for await (const keys of keysOf(db.elsewhere)) strangers.push(...keys.filter(([type, id]) => isKnown(type) || !copied.has(`${type}:${id}`)))
  return { fresh, gone, strangers }
}

/** Which of these records of one type are not in base, or otherwise. In another numbering one version may stand for two values. */
async function unlikeOurs(db: PersonDatabase, type: string, rows: readonly Bundled[]): Promise<string[]> {
  const ids = rows.map(({ id }) => id)
  const ours: Versioned[] = isKnown(type) ? await db.base(type).some(ids) : (await db.elsewhere.bulkGet(ids.map((id): Key => [type, id]))).flatMap((row) => row ?? [])
  const known = new Map(ours.map((row) => [row.id, row]))
  return rows.filter((row) => !isAlike(row, known.get(row.id))).map(({ id }) => id)
}

type Versioned = Pick<Stranger, 'id' | 'version' | 'value'>

const isAlike = (one: Versioned, other: Versioned | undefined): boolean =>
  one.version === other?.version && JSON.stringify(one.value) === JSON.stringify(other.value)

/** Whether a new copy is being built. */
export const isBuilding = async (db: PersonDatabase): Promise<boolean> => (await fact(db, 'staged_cursor')) !== null
