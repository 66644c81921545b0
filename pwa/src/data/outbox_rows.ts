/** The outbox as its author reads it: what still waits, what was refused, what went lately. */
import type { Conflict, RecordType } from '../api/records'
import type { Named } from '../rules/change'
import { mainOf } from '../rules/effects'
import { subjectOf as aboutOf } from '../rules/needs'
import type { OutboxEntry, PersonDatabase } from './db'
import { here } from './here'
import { dwellingIdsOf, dwellingLabels, placeLabel } from './labels'
import { allIn } from './outbox'
import { overlay, PENDING, whereIs, type Overlay } from './overlay'
import { countPhotosUnsent } from './photo_store'
import { isReadable } from './sealing'
import { problemOf, shownOne } from './shown'
import type { Outbox, OutboxRow, Place } from './types'

const LATELY = 20

interface Words {
  title?: string
  name?: string
  dwelling_id?: string | null
  building_id?: string
  place?: Place | null
  summary?: string
  detail?: string
  text?: string
  reason?: string
  changes?: { summary?: string }
}

/** Newest first. `photosWaiting` counts the photos whose text may long have gone. */
export async function outbox(): Promise<Outbox> {
  const at = await here()
  const [pending, lately] = await Promise.all([
    allIn(at.db, PENDING),
    settledLately(at.db),
  ])
  const over = await overlay(at)
  const newestFirst = [...pending, ...lately].filter((entry) => isReadable(entry) || isMissing(entry)).sort((one, other) => other.seq - one.seq)
  const rows = await Promise.all(newestFirst.map((entry) => (isReadable(entry) ? rowOf(at.db, over, entry) : unreadRow(at.db, over, entry))))
  return { rows, photosWaiting: await countPhotosUnsent(at.db) }
}

/** By their places first: a cursor sees rows as they lie. */
async function settledLately(db: PersonDatabase): Promise<OutboxEntry[]> {
  const places = await db.outbox.orderBy('seq').reverse().filter(({ state }) => state === 'settled').limit(LATELY).primaryKeys()
  return (await db.outbox.bulkGet(places)).filter((entry) => entry !== undefined)
}

/** Of what can't be read its author hears, unless the server has done it or they let it go. */
const isMissing = ({ state }: OutboxEntry): boolean => state !== 'received' && state !== 'settled'

async function rowOf(db: PersonDatabase, over: Overlay, entry: OutboxEntry): Promise<OutboxRow> {
  const { mutation, verdict } = entry
  const words = mutation.args as Words
  const main = mainOf(mutation)
  const about = main ? await subjectOf(db, over, main) : {}
  const where = { dwelling_id: words.dwelling_id ?? about.dwelling_id ?? null, place: words.place ?? about.place ?? null }
  return {
    seq: entry.seq,
    id: mutation.id,
    name: mutation.name,
    at: mutation.at,
    where: whereIs(entry),
    problem: entry.state === 'refused' ? reasonOf(entry) : null,
    receipt: verdict?.receipt ?? null,
    title: {
      place: placeLabel(where, await dwellingLabels(db, over, dwellingIdsOf([where]))),
      subject: words.title ?? words.name ?? about.title ?? about.name ?? '',
      words: words.summary ?? words.detail ?? words.text ?? words.reason ?? words.changes?.summary ?? '',
      fields: Object.keys(words.changes ?? {}),
    },
    record: main,
    dwelling_id: where.dwelling_id,
    building_id: words.building_id ?? null,
    fresh: entry.fresh ?? false,
  }
}

/** What is said of a change that can't be read, by what of it lies in the clear. */
async function unreadRow(db: PersonDatabase, over: Overlay, { seq, at, refs: [ref] }: OutboxEntry): Promise<OutboxRow> {
  const [type, id] = ref?.split(':') ?? []
  const record = type && id ? { type: type as RecordType, id } : null
  const { dwelling_id = null, place = null, title, name } = record ? await subjectOf(db, over, record) : {}
  const label = placeLabel({ dwelling_id, place }, await dwellingLabels(db, over, dwellingIdsOf([{ dwelling_id }])))
  return {
    seq, id: `${seq}`, name: '', at: at ?? null, where: 'refused', problem: 'unreadable', receipt: null,
    title: { place: label, subject: title ?? name ?? '', words: '', fields: [] }, record, dwelling_id, building_id: null, fresh: false,
  }
}

/** What can be said of a change from the record it is about. */
type Subject = Pick<Words, 'title' | 'name' | 'dwelling_id' | 'place'>

async function subjectOf(db: PersonDatabase, over: Overlay, { type, id }: Named): Promise<Subject> {
  if (type === 'dwelling') return { dwelling_id: id }
  const value = (await shownOne(db, over, type, id))?.value
  if (type === 'conflict' && value) return subjectOf(db, over, aboutOf(value as Conflict))
  return (value ?? {}) as Subject
}

/** Why it was not done. What came too late reads otherwise for a case, whose timeline keeps the words as a note. */
function reasonOf(entry: OutboxEntry): string | null {
  const reason = problemOf(entry)
  if (reason !== 'superseded' || entry.mutation.name.startsWith('case.')) return reason
  return entry.mutation.name === 'conflict.settle' ? 'settled_already' : 'record_removed'
}
