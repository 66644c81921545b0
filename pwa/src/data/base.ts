/** Writing base: the last server state of what this phone may see, and the digests derived from it. */
import type { RecordType, Records, Resident } from '../api/records'
import type { PatchEntry } from '../api/wire'
import { RECORD_TYPES, type PersonDatabase, type Row } from './db'
import { keepDigests } from './digests'
import type { Turn } from './digest'
import { termsOf } from './terms'

/** Bring one page of a patch, from the answer of this number, into base. Runs inside the caller's transaction over `db.answered`. */
export async function patchBase(db: PersonDatabase, patch: readonly PatchEntry[], answer: number): Promise<void> {
  const turns = (await Promise.all(RECORD_TYPES.map((type) => patchTable(db, type, newest(patch, type), answer)))).flat()
  await keepDigests(db, turns)
  await keepElsewhere(db, patch)
}

/** The last word of a page on each record of one type. */
function newest(patch: readonly PatchEntry[], type: RecordType): PatchEntry[] {
  return [...new Map(patch.filter((entry) => entry.type === type).map((entry) => [entry.id, entry])).values()]
}

async function patchTable(db: PersonDatabase, type: RecordType, entries: PatchEntry[], answer: number): Promise<Turn[]> {
  if (entries.length === 0) return []
  const table = db.base(type)
  const before = await table.bulkGet(entries.map(({ id }) => id))
  await table.bulkPut(entries.flatMap((entry) => (entry.op === 'put' ? [{ ...rowOf(type, entry.id, entry.version, entry.value), answer }] : [])))
  await table.bulkDelete(entries.flatMap((entry) => (entry.op === 'del' ? [entry.id] : [])))
  return entries.map((entry, at) => ({
    type,
    id: entry.id,
    before: before[at]?.value ?? null,
    after: entry.op === 'put' ? (entry.value as Records[RecordType]) : null,
  }))
}

/** A record as base keeps it. */
export function rowOf<T extends RecordType>(type: T, id: string, version: number, value: unknown): Row<T> {
  const row: Row<T> = { id, version, value: value as Records[T] }
  return type === 'resident' ? { ...row, terms: termsOf(value as Resident) } : row
}

/** Whether this version keeps records of this type in base. */
export const isKnown = (type: string): type is RecordType => (RECORD_TYPES as string[]).includes(type)

/** Records of types this version does not know wait for one that does. */
async function keepElsewhere(db: PersonDatabase, patch: readonly PatchEntry[]): Promise<void> {
  const foreign = patch.filter(({ type }) => !isKnown(type))
  const puts = foreign.flatMap((entry) => (entry.op === 'put' ? [entry] : []))
  await db.elsewhere.bulkPut(puts.map(({ type, id, version, value }) => ({ type, id, version, value })))
  await db.elsewhere.bulkDelete(foreign.flatMap((entry) => (entry.op === 'del' ? [[entry.type, entry.id] as [string, string]] : [])))
}
