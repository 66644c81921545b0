/** The conflicts that wait for this person's tap: two values of one field, side by side (M2). */
import type { Conflict } from '../api/records'
import { choicesOf, maySettle } from '../rules/conflicts'
import type { Look } from '../rules/scene'
import type { Row } from './db'
import { here, type Here } from './here'
import { dwellingLabels } from './labels'
import { unitsUpFrom } from './ladder'
import { authorOf, overlay, type Overlay } from './overlay'
import { shownOne } from './shown'
import { stateTag } from './tags'
import type { ConflictRow, ConflictSide } from './types'

/** The newest first. */
export async function conflicts(): Promise<ConflictRow[]> {
  const at = await here()
  const over = await overlay(at)
  const rows = await Promise.all((await openConflicts(at, over)).map((row) => say(at, over, row)))
  return rows.sort((one, other) => other.mine.at.localeCompare(one.mine.at))
}

/** Those that nobody has settled, here or on the server, and that this person may settle. */
export async function openConflicts({ db, me }: Here, over: Overlay): Promise<Row<'conflict'>[]> {
  const rows = await db.base('conflict').tagged(stateTag('open'))
  if (rows.length === 0) return []
  const units = await unitsUpFrom(db, rows.map(({ value }) => value.compound_id ?? ''))
  const look: Look = (_type, id) => units.get(id) as never
  const settled = new Set(over.turned('conflict').filter(({ by }) => !by.refused).map(({ id }) => id))
  return rows.filter(({ id, value }) => !settled.has(id) && maySettle(value, authorOf(me), look))
}

async function say(at: Here, over: Overlay, { id, value }: Row<'conflict'>): Promise<ConflictRow> {
  const { name, dwelling_id, gone } = await subject(at, over, value)
  const labels = await dwellingLabels(at, over, dwelling_id ? [dwelling_id] : [])
  const side = (one: Conflict['mine']): ConflictSide => ({ name: one.name, at: one.at, value: one.value, own: one.person_id === at.me.person_id })
  return {
    id, name, dwelling_id,
    record: { type: value.record_type, id: value.record_id },
    place: (dwelling_id && labels.get(dwelling_id)) || '',
    field: value.field,
    removed: value.against === 'removal',
    mine: side(value.mine),
    theirs: side(value.theirs),
    choices: gone ? ['theirs'] : choicesOf(value),
  }
}

interface Subject {
  name: string
  dwelling_id: string | null
  /** Removed, be it by somebody who had seen both values. */
  gone: boolean
}

/** What the conflict is about; of somebody who was removed the phone knows no more than the conflict says. */
async function subject({ db }: Here, over: Overlay, { record_type, record_id }: Conflict): Promise<Subject> {
  if (record_type === 'dwelling') return { name: '', dwelling_id: record_id, gone: false }
  const record = await shownOne(db, over, record_type, record_id)
  const value = record?.value as { name?: string; dwelling_id: string | null } | undefined
  return { name: value?.name ?? '', dwelling_id: value?.dwelling_id ?? null, gone: record === null }
}
