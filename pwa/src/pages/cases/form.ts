import type { CaseForm, CaseKind, Reporter, Resident, Urgency } from '@/data'
import { nowhere, settled, type Spot } from '../../components/spot'

/** A case while it is being written. `reporter_id` is a resident's id, `self`, or `other` with name and phone. */
export interface CaseDraft {
  spot: Spot
  kind: CaseKind
  title: string
  detail: string
  urgency: Urgency
  reporter_id: string
  reporter_name: string
  reporter_phone: string
  photos: string[]
}

export const blankCase = (dwelling: string, kind: CaseKind): CaseDraft => ({
  spot: nowhere(dwelling),
  kind,
  title: '',
  detail: '',
  urgency: 'normal',
  reporter_id: 'self',
  reporter_name: '',
  reporter_phone: '',
  photos: [],
})

/** What keeps a case from being opened, as a message key; empty when nothing does. */
export function missingInCase(form: CaseDraft): string {
  if (!settled(form.spot)) return 'place.needed'
  return form.title.trim() ? '' : 'case.need_title'
}

/** Who brought it, as the record keeps it: name and phone as they are today, and nothing else of the person. */
export function reporterOf(form: CaseDraft, resident: Resident | undefined): Reporter | null {
  if (form.reporter_id === 'self') return null
  if (form.reporter_id !== 'other')
    return resident ? { name: resident.name, phone: resident.phone, relation: resident.relation } : null
  const name = form.reporter_name.trim()
  return name ? { name, phone: form.reporter_phone.trim(), relation: 'other' } : null
}

export function caseOf(form: CaseDraft, reporter: Reporter | null, visit_id: string | null): CaseForm {
  return {
    ...(settled(form.spot) ?? { dwelling_id: null, place: null }),
    kind: form.kind,
    title: form.title.trim(),
    detail: form.detail.trim(),
    urgency: form.urgency,
    category: null,
    visit_id,
    reporter,
    photos: form.photos,
  }
}
