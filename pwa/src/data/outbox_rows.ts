/** The outbox as its author reads it: what still waits, what was refused, what went lately. */
import type { RecordType } from '../api/records'
import type { OutboxEntry, PersonDatabase } from './db'
import { here, type Here } from './here'
import { allIn } from './outbox'
import { overlay, PENDING, whereIs, type Overlay } from './overlay'
import { countPhotosUnsent } from './photo_store'
import { isReadable } from './sealing'
import { problemOf } from './shown'
import { titleAbout, titleOf } from './titles'
import type { Outbox, OutboxRow } from './types'

const LATELY = 20

/** Newest first. `photosWaiting` counts the photos whose text may long have gone. */
export async function outbox(): Promise<Outbox> {
  const at = await here()
  const [pending, lately] = await Promise.all([
    allIn(at.db, PENDING),
    settledLately(at.db),
  ])
  const over = await overlay(at)
  const newestFirst = [...pending, ...lately].filter((entry) => isReadable(entry) || isMissing(entry)).sort((one, other) => other.seq - one.seq)
  const rows = await Promise.all(newestFirst.map((entry) => (isReadable(entry) ? rowOf(at, over, entry) : unreadRow(at, over, entry))))
  return { rows, photosWaiting: await countPhotosUnsent(at.db) }
}

/** By their places first: a cursor sees rows as they lie. */
async function settledLately(db: PersonDatabase): Promise<OutboxEntry[]> {
  const places = await db.outbox.orderBy('seq').reverse().filter(({ state }) => state === 'settled').limit(LATELY).primaryKeys()
  return (await db.outbox.bulkGet(places)).filter((entry) => entry !== undefined)
}

/** Of what can't be read its author hears, unless the server has done it or they let it go. */
const isMissing = ({ state }: OutboxEntry): boolean => state !== 'received' && state !== 'settled'

async function rowOf(at: Here, over: Overlay, entry: OutboxEntry): Promise<OutboxRow> {
  const { mutation, verdict } = entry
  return {
    seq: entry.seq,
    id: mutation.id,
    name: mutation.name,
    at: mutation.at,
    where: whereIs(entry),
    problem: entry.state === 'refused' ? reasonOf(entry) : null,
    receipt: verdict?.receipt ?? null,
    ...(await titleOf(at, over, mutation)),
    fresh: entry.fresh ?? false,
  }
}

/** What is said of a change that can't be read, by what of it lies in the clear. */
async function unreadRow(at: Here, over: Overlay, { seq, at: tapped, refs: [ref] }: OutboxEntry): Promise<OutboxRow> {
  const [type, id] = ref?.split(':') ?? []
  const record = type && id ? { type: type as RecordType, id } : null
  const titled = await titleAbout(at, over, record)
  return { seq, id: `${seq}`, name: '', at: tapped ?? null, where: 'refused', problem: 'unreadable', receipt: null, ...titled, fresh: false }
}

/** Why it was not done. What came too late reads otherwise for a case, whose timeline keeps the words as a note. */
function reasonOf(entry: OutboxEntry): string | null {
  const reason = problemOf(entry)
  if (reason !== 'superseded' || entry.mutation.name.startsWith('case.')) return reason
  return entry.mutation.name === 'conflict.settle' ? 'settled_already' : 'record_removed'
}
