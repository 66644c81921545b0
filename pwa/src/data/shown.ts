/** Records as the screens show them: value, and where its newest change is. */
import type { RecordType, Records } from '../api/records'
import { refOf, type PersonDatabase, type Receipt, type Row } from './db'
import { whereIs, type Overlaid, type Overlay } from './overlay'
import type { Shown } from './types'

/** A verdict that did what was asked. */
const DONE = ['applied', 'merged']

/** Base rows of one type with the overlay laid over, and the overlay's own records that `also` wants. */
export async function shown<T extends RecordType>(
  db: PersonDatabase, over: Overlay, type: T, rows: Row<T>[], also: (value: Records[T]) => boolean = () => false,
): Promise<Shown<Records[T]>[]> {
  const receipts = await db.receipt.bulkGet(rows.map((row) => refOf(type, row.id)))
  const held = new Set(rows.map((row) => row.id))
  const there = rows.flatMap((row, at) => (over.get(type, row.id)?.value === null ? [] : [[row, receipts[at]] as const]))
  const own = over.all(type).filter((change) => !held.has(change.id) && also(change.value))
  return [
    ...there.map(([row, receipt]) => fromBase(row, over.get(type, row.id) as Overlaid<T> | undefined, receipt)),
    ...own.map((change) => fromPhone(change)),
  ]
}

/** One record, or null where neither base nor the outbox has it. */
export async function shownOne<T extends RecordType>(db: PersonDatabase, over: Overlay, type: T, id: string): Promise<Shown<Records[T]> | null> {
  const row = await db.base(type).get(id)
  const [found] = await shown(db, over, type, row ? [row] : [], (value) => value === over.get(type, id)?.value)
  return found ?? null
}

function fromBase<T extends RecordType>(row: Row<T>, change: Overlaid<T> | undefined, receipt: Receipt | undefined): Shown<Records[T]> {
  if (change) return { ...fromPhone(change), version: row.version }
  const refused = receipt !== undefined && !DONE.includes(receipt.verdict.verdict)
  return {
    id: row.id,
    version: row.version,
    value: row.value,
    where: refused ? 'refused' : 'received',
    receipt: receipt?.verdict.receipt ?? null,
    problem: refused ? problemOf(receipt) : null,
  }
}

function fromPhone<T extends RecordType>({ id, value, by: { entry } }: Overlaid<T>): Shown<Records[T]> {
  const refused = entry.state === 'refused'
  return {
    id,
    version: null,
    value,
    where: whereIs(entry),
    receipt: entry.verdict?.receipt ?? null,
    problem: refused ? problemOf(entry) : null,
  }
}

/** Whether the server never took it, so that it can't be changed there: it is written anew, from the outbox. */
export const isNeverTaken = ({ where, version }: Pick<Shown<unknown>, 'where' | 'version'>): boolean => where === 'refused' && version === null

/** Why a change was not done: the verdict's code, or the verdict itself where it has none. */
export function problemOf({ verdict }: { verdict: { code: string | null; verdict: string } | null }): string | null {
  return verdict && (verdict.code ?? verdict.verdict)
}
