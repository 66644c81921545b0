import type { CareNeed, Resident, ResidentForm, Shown } from '@/data'
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

/** What keeps it from being saved, as a message key; empty when nothing does. Care needs are kept with consent only. */
export function missingIn({ name, care_needs, consented_on }: ResidentDraft): string {
  if (!name.trim()) return 'resident.need_name'
  if (care_needs.length > 0 && !consented_on) return 'resident.need_consent'
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
