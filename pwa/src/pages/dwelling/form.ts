import { isNeverTaken, narrow, type CareNeed, type Dwelling, type DwellingCell, type DwellingChanges, type DwellingForm, type Resident, type ResidentForm, type Shown } from '@/data'
import { today } from '../../components/times'

/** Somebody's entry while it is being written, with the record as it was when the form was opened. */
export interface ResidentDraft {
  looked: Pick<Shown<Resident>, 'id' | 'version' | 'value'> | null
  name: string
  phone: string
  relation: Resident['relation']
  care_needs: string[]
  consented_on: string
}

export const relations: Resident['relation'][] = ['head', 'spouse', 'child', 'parent', 'tenant', 'other']
export const careNeeds: CareNeed[] = ['living_alone', 'disabled', 'pregnant', 'low_income', 'chronic_illness', 'left_behind']

export function draftOf(resident: Shown<Resident> | null): ResidentDraft {
  const { name = '', phone = '', relation = 'other', care_needs = [], consented_on = null } = resident?.value ?? {}
  const looked = resident && { id: resident.id, version: resident.version, value: resident.value }
  return { looked, name, phone, relation, care_needs, consented_on: consented_on ?? '' }
}

/** Whose entry the outbox leads to; null for somebody new, also whom the server never took: they are added anew. */
export const whoseEntry = (residents: readonly Shown<Resident>[], id: string): Shown<Resident> | null =>
  residents.find((one) => one.id === id && !isNeverTaken(one)) ?? null

/** What was refused, of somebody new or as a change of `resident`, laid over their entry as it is now. */
export function entryAgain(resident: Shown<Resident> | null, args: Partial<ResidentForm> & { changes?: Partial<ResidentForm> }): ResidentDraft {
  const { looked, ...now } = draftOf(resident)
  const { name = now.name, phone = now.phone, relation = now.relation, care_needs = now.care_needs, consented_on = now.consented_on } = args.changes ?? args
  return { looked, name, phone, relation, care_needs, consented_on: consented_on ?? '' }
}

/** What keeps it from being saved, as a message key; empty when nothing does. Care needs are kept with consent only. */
export function missingIn({ name, care_needs, consented_on }: ResidentDraft): string {
  if (!name.trim()) return 'resident.need_name'
  // without a need no consent is kept
  if (care_needs.length === 0) return ''
  if (!consented_on) return 'resident.need_consent'
  return consented_on > today() ? 'resident.consent_too_late' : ''
}

export function residentOf({ looked, name, phone, relation, care_needs, consented_on }: ResidentDraft): ResidentForm {
  return {
    name: name.trim(),
    phone: phone.trim(),
    relation,
    birth_year: looked?.value.birth_year ?? null,
    care_needs: care_needs as CareNeed[],
    consented_on: care_needs.length > 0 ? consented_on : null,
  }
}

/** A dwelling while it is being written. */
export interface DwellingEntry {
  entrance: string
  /** As the field holds it. */
  floor: string
  room: string
  occupancy: Dwelling['occupancy']
  note: string
}

/** One that is being corrected, with the record as it was when the form was opened. */
export interface DwellingDraft extends DwellingEntry {
  looked: Pick<Shown<Dwelling>, 'id' | 'version' | 'value'>
}

/** A correction that was refused, laid over the dwelling as it is now. */
export const correctionAgain = (dwelling: Shown<Dwelling>, { changes }: { changes: DwellingChanges }): DwellingDraft =>
  ({ ...correctionOf({ ...dwelling, value: { ...dwelling.value, ...changes } as Dwelling }), looked: correctionOf(dwelling).looked })

export const occupancies: Dwelling['occupancy'][] = ['owner', 'tenant', 'vacant', 'unknown']

export function correctionOf({ id, version, value }: Shown<Dwelling>): DwellingDraft {
  const { entrance, floor, room, occupancy, note } = value
  return { looked: { id, version, value }, entrance, floor: String(floor), room, occupancy, note }
}

export const newDwelling = (entrance: string): DwellingEntry => ({ entrance, floor: '', room: '', occupancy: 'unknown', note: '' })

/** A dwelling that was refused, as its form has it. */
export const dwellingAgain = ({ floor, ...said }: DwellingForm): DwellingEntry => ({ ...said, floor: String(floor) })

/** An entrance or a room as it is kept: searched for and counted by its figures, however wide they were typed. */
const kept = (typed: string): string => narrow(typed.trim())

/** The floor that a room's number tells, 5 of `502`; empty where it tells none. */
export const floorTold = (room: string): string => /^\d{3,4}$/.test(kept(room)) ? kept(room).slice(0, -2) : ''

/** The dwelling that has this door already. */
export const atSameDoor = (cells: readonly DwellingCell[], { entrance, room }: DwellingEntry): DwellingCell | undefined =>
  cells.find((cell) => kept(cell.entrance) === kept(entrance) && kept(cell.room) === kept(room))

const [LOWEST, HIGHEST] = [-20, 200]

/** What keeps a dwelling from being saved, as a message key; empty when nothing does. */
export function missingInDwelling({ entrance, floor, room }: DwellingEntry): string {
  if (!entrance.trim() || !room.trim()) return 'correct.need_door'
  const number = floor.trim() ? Number(floor) : NaN
  return Number.isInteger(number) && number >= LOWEST && number <= HIGHEST ? '' : 'correct.need_floor'
}

export const dwellingOf = ({ entrance, floor, room, occupancy, note }: DwellingEntry): DwellingForm =>
  ({ entrance: kept(entrance), floor: Number(floor), room: kept(room), occupancy, note: note.trim() })
