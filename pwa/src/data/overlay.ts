/** Base + outbox replayed, for the reads (PROTOCOL.md, "The idea"). */
import type { RecordType, Records } from '../api/records'
import { mentionedBy, unitsOf } from '../rules/needs'
import { replay, type Replayed } from '../rules/replay'
import type { Author, Look } from '../rules/scene'
import { refOf, type OutboxEntry, type OutboxState, type PersonDatabase, type Row } from './db'
import type { Here } from './here'
import { unitsUpFrom } from './ladder'
import type { KnownAccount } from './phone'
import type { Where } from './types'

/** Entries whose effect base may not hold yet. */
export const PENDING: OutboxState[] = ['waiting', 'sending', 'received', 'refused']

interface PendingEntry {
  mutation: OutboxEntry['mutation']
  refused: boolean
  entry: OutboxEntry
}

/** A record the outbox makes or changes. */
export type Overlaid<T extends RecordType = RecordType> = Replayed<PendingEntry> & { type: T; value: Records[T] }

const whereOf: Record<OutboxState, Where> = {
  waiting: 'phone', sending: 'sending', received: 'received', settled: 'received', refused: 'refused',
}

export const whereIs = (entry: OutboxEntry): Where => whereOf[entry.state]

export const authorOf = ({ person, scope }: KnownAccount): Author => ({ id: person.id, name: person.name, posts: scope })

/** What the outbox makes of base. With nothing pending it costs one look at an index. */
export class Overlay {
  constructor(private readonly changes: ReadonlyMap<string, Replayed<PendingEntry>>) {}

  get<T extends RecordType>(type: T, id: string): Overlaid<T> | undefined {
    return this.changes.get(refOf(type, id)) as Overlaid<T> | undefined
  }

  all<T extends RecordType>(type: T): Overlaid<T>[] {
    return [...this.changes.values()].filter((change) => change.type === type) as unknown as Overlaid<T>[]
  }
}

export async function overlay({ db, me }: Here): Promise<Overlay> {
  const entries = await db.outbox.where('state').anyOf(PENDING).sortBy('seq')
  if (entries.length === 0) return new Overlay(new Map())
  const base = await known(db, entries)
  const pending = entries.map((entry) => ({ mutation: entry.mutation, refused: entry.state === 'refused', entry }))
  return new Overlay(replay(base, authorOf(me), pending))
}

/** Read from base what replaying these entries looks at. */
async function known(db: PersonDatabase, entries: OutboxEntry[]): Promise<Look> {
  const found = new Map<string, unknown>()
  const read = async <T extends RecordType>(type: T, ids: string[]): Promise<Records[T][]> => {
    const rows = (await db.base(type).bulkGet([...new Set(ids)])).filter((row): row is Row<T> => row !== undefined)
    for (const row of rows) found.set(refOf(type, row.id), row.value)
    return rows.map((row) => row.value)
  }
  const named = entries.flatMap((entry) => mentionedBy(entry.mutation))
  const idsOf = (type: RecordType) => named.filter((one) => one.type === type).map((one) => one.id)
  await read('visit', idsOf('visit'))
  await read('case_event', idsOf('case_event'))
  const cases = await read('case', idsOf('case'))
  const homes = await read('dwelling', idsOf('dwelling'))
  await read('building', homes.map((home) => home.building_id))
  const homeUnits = homes.flatMap((home) => [home.grid_id ?? '', home.compound_id ?? ''])
  const units = await unitsUpFrom(db, [...idsOf('unit'), ...cases.flatMap(unitsOf), ...homeUnits])
  for (const [id, unit] of units) found.set(refOf('unit', id), unit)
  return (type, id) => found.get(refOf(type, id)) as never
}
