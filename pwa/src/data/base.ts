/** Writing base: the last server state of what this phone may see, and the boards derived from it. */
import type { RecordType, Records } from '../api/records'
import type { PatchEntry, Put } from '../api/wire'
import { keepBoards } from './boards'
import { RECORD_TYPES, type PersonDatabase } from './db'
import type { Turn } from './digest'

/** Bring one page of a patch, from the answer of this number, into base. Runs inside the caller's transaction over `db.answered`. */
export async function patchBase(db: PersonDatabase, patch: readonly PatchEntry[], answer: number): Promise<void> {
  const changes: Change[] = []
  for (const [type, entries] of byType(patch)) {
    if (isKnown(type)) changes.push(await changing(db, type, entries, answer))
    else await keepElsewhere(db, type, entries)
  }
  // the boards are folded while the records are on their way to the disk
  const written = Promise.all(changes.map(({ write }) => write()))
  await Promise.all([written, keepBoards(db, changes.flatMap(({ turns }) => turns), written)])
}

/** The last word of a page on each record, type by type. */
export function byType(patch: readonly PatchEntry[]): Map<string, PatchEntry[]> {
  const newest = new Map<string, Map<string, PatchEntry>>()
  for (const entry of patch) {
    const ofType = newest.get(entry.type) ?? new Map<string, PatchEntry>()
    newest.set(entry.type, ofType.set(entry.id, entry))
  }
  return new Map([...newest].map(([type, entries]) => [type, [...entries.values()]]))
}

export const putsIn = (entries: readonly PatchEntry[]): Put[] => entries.flatMap((entry) => (entry.op === 'put' ? [entry] : []))

export const goneIn = (entries: readonly PatchEntry[]): string[] => entries.flatMap((entry) => (entry.op === 'del' ? [entry.id] : []))

/** What a page does to the records of one type. */
interface Change {
  turns: Turn[]
  write: () => Promise<void>
}

async function changing<T extends RecordType>(db: PersonDatabase, type: T, entries: readonly PatchEntry[], answer: number): Promise<Change> {
  const puts = putsIn(entries).map(({ id, version, value }) => ({ type, id, version, value: value as Records[T], answer }))
  const { before: rows, write } = await db.base(type).changing(puts, goneIn(entries))
  const [before, after] = [valuesOf(rows), valuesOf(puts)]
  return { turns: entries.map(({ id }) => ({ type, id, before: before.get(id) ?? null, after: after.get(id) ?? null })), write }
}

const valuesOf = <Value>(rows: readonly { id: string; value: Value }[]): Map<string, Value> => new Map(rows.map(({ id, value }) => [id, value]))

/** Whether this version keeps records of this type in base. */
export const isKnown = (type: string): type is RecordType => (RECORD_TYPES as string[]).includes(type)

/** Records of a type this version does not know wait for one that does. */
async function keepElsewhere(db: PersonDatabase, type: string, entries: readonly PatchEntry[]): Promise<void> {
  await db.elsewhere.bulkPut(putsIn(entries).map(({ id, version, value }) => ({ type, id, version, value })))
  await db.elsewhere.bulkDelete(goneIn(entries).map((id): [string, string] => [type, id]))
}
