/** The outbox as its author reads it: what still waits, what was refused, what went lately. */
import type { Mutation } from '../api/wire'
import { createdBy } from '../rules/effects'
import type { OutboxEntry, PersonDatabase } from './db'
import { here } from './here'
import { dwellingIdsOf, dwellingLabels, placeLabel } from './labels'
import { overlay, PENDING, whereIs, type Overlay } from './overlay'
import { countPhotosUnsent } from './photo_store'
import { problemOf, shownOne } from './shown'
import type { Outbox, OutboxRow, Place, RecordType } from './types'

const LATELY = 20

interface Words {
  id?: string
  event_id?: string
  title?: string
  dwelling_id?: string | null
  place?: Place | null
  summary?: string
  detail?: string
  text?: string
  reason?: string
}

/** Newest first. `photosWaiting` counts the photos whose text may long have gone. */
export async function outbox(): Promise<Outbox> {
  const at = await here()
  const [pending, lately] = await Promise.all([
    at.db.outbox.where('state').anyOf(PENDING).toArray(),
    at.db.outbox.orderBy('seq').reverse().filter(({ state }) => state === 'settled').limit(LATELY).toArray(),
  ])
  const over = await overlay(at)
  const newestFirst = [...pending, ...lately].sort((one, other) => other.seq - one.seq)
  const rows = await Promise.all(newestFirst.map((entry) => rowOf(at.db, over, entry)))
  return { rows, photosWaiting: await countPhotosUnsent(at.db) }
}

async function rowOf(db: PersonDatabase, over: Overlay, entry: OutboxEntry): Promise<OutboxRow> {
  const { mutation, verdict } = entry
  const words = mutation.args as Words
  const subject = words.event_id && words.id ? (await shownOne(db, over, 'case', words.id))?.value : undefined
  const where = { dwelling_id: words.dwelling_id ?? subject?.dwelling_id ?? null, place: words.place ?? subject?.place ?? null }
  return {
    seq: entry.seq,
    id: mutation.id,
    name: mutation.name,
    at: mutation.at,
    where: whereIs(entry),
    problem: entry.state === 'refused' ? problemOf(entry) : null,
    receipt: verdict?.receipt ?? null,
    title: {
      place: placeLabel(where, await dwellingLabels(db, dwellingIdsOf([where]))),
      subject: words.title ?? subject?.title ?? '',
      words: words.summary ?? words.detail ?? words.text ?? words.reason ?? '',
    },
    record: mainRecord(mutation),
  }
}

/** The record whose page tells more. */
function mainRecord(mutation: Mutation): { type: RecordType; id: string } | null {
  const made = createdBy(mutation)
  const { id } = mutation.args as Words
  return made?.type === 'case_event' && id ? { type: 'case', id } : made
}
