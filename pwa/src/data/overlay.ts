/** Base + outbox replayed, for the reads (PROTOCOL.md, "The idea"). */
import type { RecordType, Records } from '../api/records'
import { mentionedBy, subjectOf, unitsOf } from '../rules/needs'
import { replay, type Pending, type Replayed } from '../rules/replay'
import type { Author, Look } from '../rules/scene'
import { refOf, type OutboxEntry, type OutboxState, type PersonDatabase } from './db'
import { fact } from './facts'
import type { Here } from './here'
import { keeping } from './kept'
import { unitsUpFrom } from './ladder'
import { entriesIn } from './outbox'
import type { KnownAccount } from './phone'
import type { Where } from './types'

/** Entries whose effect base may not hold yet. */
export const PENDING: OutboxState[] = ['waiting', 'sending', 'handed', 'received', 'refused']

interface PendingEntry extends Pending {
  entry: OutboxEntry
}

/** A record the outbox makes or changes. */
export type Overlaid<T extends RecordType = RecordType> = Replayed<PendingEntry> & { type: T; value: Records[T] }

/** The same, or one that it removes. */
type Turned<T extends RecordType = RecordType> = Replayed<PendingEntry> & { type: T; value: Records[T] | null }

const whereOf: Record<OutboxState, Where> = {
  waiting: 'phone', sending: 'sending', handed: 'received', received: 'received', settled: 'received', refused: 'refused',
}

/** Quarantined work has arrived; somebody is to decide about it (P8). */
export const whereIs = ({ state, verdict }: OutboxEntry): Where =>
  verdict?.verdict === 'quarantined' ? 'received' : whereOf[state]

export const authorOf = ({ person, scope }: KnownAccount): Author => ({ id: person.id, name: person.name, posts: scope })

/** What the outbox makes of base. */
export class Overlay {
  constructor(private readonly changes: ReadonlyMap<string, Replayed<PendingEntry>>) {}

  get<T extends RecordType>(type: T, id: string): Turned<T> | undefined {
    return this.changes.get(refOf(type, id)) as Turned<T> | undefined
  }

  /** Every record of a type that the outbox makes, changes or removes. */
  turned<T extends RecordType>(type: T): Turned<T>[] {
    return [...this.changes.values()].filter((change) => change.type === type) as unknown as Turned<T>[]
  }

  /** Those of them that are there after it. */
  all<T extends RecordType>(type: T): Overlaid<T>[] {
    return this.turned(type).filter((change): change is Overlaid<T> => change.value !== null)
  }
}

const keptEntries = keeping<OutboxEntry[]>()
const keptOverlay = keeping<Overlay>()

const NOTHING = new Overlay(new Map())

/**
 * The overlay as it is now, whoever asks: entries are deciphered anew only after the outbox has changed, and replayed
 * after that or a change of base. Each mark is read before what it stands for, so that what changes in between is not missed.
 */
export async function overlay({ db, me }: Here): Promise<Overlay> {
  const queue = `${db.personId} ${(await fact(db, 'outbox_mark')) ?? ''}`
  const entries = await keptEntries(queue, () => entriesIn(db, PENDING))
  if (entries.length === 0) return NOTHING
  const author = authorOf(me)
  const of = JSON.stringify([queue, author, await fact(db, 'base_mark')])
  return keptOverlay(of, () => replayed(db, author, entries))
}

async function replayed(db: PersonDatabase, author: Author, entries: OutboxEntry[]): Promise<Overlay> {
  const base = await db.reading(() => known(db, entries))
  return new Overlay(replay(base.look, author, entries.map((entry) => pendingOf(entry, base.answers))))
}

function pendingOf(entry: OutboxEntry, answers: ReadonlyMap<string, number>): PendingEntry {
  const { mutation, ahead = 0, seen, state, answer: judged } = entry
  const at = new Date(Date.parse(mutation.at) - ahead).toISOString()
  const held = (type: RecordType, id: string) => judged !== undefined && (answers.get(refOf(type, id)) ?? 0) >= judged
  return { mutation, at, seen, refused: state === 'refused', held: state === 'received' ? held : undefined, entry }
}

interface Known {
  look: Look
  /** By which answer each record came. */
  answers: ReadonlyMap<string, number>
}

/** Read from base what replaying these entries looks at. */
async function known(db: PersonDatabase, entries: OutboxEntry[]): Promise<Known> {
  const found = new Map<string, unknown>()
  const answers = new Map<string, number>()
  const read = async <T extends RecordType>(type: T, ids: string[]): Promise<Records[T][]> => {
    const rows = await db.base(type).some(ids)
    for (const row of rows) found.set(refOf(type, row.id), row.value)
    for (const row of rows) answers.set(refOf(type, row.id), row.answer ?? 0)
    return rows.map((row) => row.value)
  }
  const named = entries.flatMap((entry) => mentionedBy(entry.mutation))
  const idsOf = (type: RecordType) => named.filter((one) => one.type === type).map((one) => one.id)
  named.push(...(await read('conflict', idsOf('conflict'))).map(subjectOf))
  await Promise.all((['visit', 'case_event', 'resident', 'person'] as const).map((type) => read(type, idsOf(type))))
  const cases = await read('case', idsOf('case'))
  const homes = await read('dwelling', idsOf('dwelling'))
  const buildings = await read('building', [...idsOf('building'), ...homes.map((home) => home.building_id)])
  const placedUnits = [...homes, ...buildings].flatMap((one) => [one.grid_id ?? '', one.compound_id ?? ''])
  const units = await unitsUpFrom(db, [...idsOf('unit'), ...cases.flatMap(unitsOf), ...placedUnits])
  for (const [id, unit] of units) found.set(refOf('unit', id), unit)
  return { look: (type, id) => found.get(refOf(type, id)) as never, answers }
}
