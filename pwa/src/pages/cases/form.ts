import type { CaseForm, CaseKind, Reporter, Resident, Shown, Urgency, Visit, Written } from '@/data'
import { likelyClass } from '../../rules/duty'
import { nowhere, settled, spotAgain, spotOf, type Spot } from '../../components/spot'

/** A case while it is being written. `reporter_id` is a resident's id, `self`, or `other` with name and phone; a resident without a phone may give one. */
export interface CaseDraft {
  /** Of a case that is written once more; empty for a new one. */
  id: string
  spot: Spot
  kind: CaseKind
  title: string
  detail: string
  /** The code of an item of the duty list; empty for none. */
  category: string
  urgency: Urgency
  reporter_id: string
  reporter_name: string
  reporter_phone: string
  photos: string[]
  /** The visit it came from; empty where there was none. */
  visit_id: string
}

export const blankCase = (dwelling: string, kind: CaseKind, visit_id: string): CaseDraft => ({
  id: '',
  spot: nowhere(dwelling),
  kind,
  title: '',
  detail: '',
  category: '',
  urgency: 'normal',
  reporter_id: 'self',
  reporter_name: '',
  reporter_phone: '',
  photos: [],
  visit_id,
})

/** What the words are about: the part of them that names a matter, else the first. */
export function titleOf(words: string): string {
  const parts = words.split(/[，。；！？,;!?\n]/).map((part) => part.trim()).filter(Boolean)
  return (parts.find((part) => likelyClass(part)) ?? parts[0] ?? '').slice(0, 100)
}

/** A case out of a visit, with nothing to type again: its place, words and photos, and who was met if one person was. */
export function caseOutOf({ id, value: visit }: Pick<Shown<Visit>, 'id' | 'value'>, needs: string): CaseDraft {
  const [reporter_id = 'self', ...others] = visit.met
  return {
    ...blankCase('', 'doorstep', id),
    spot: spotOf(visit),
    title: titleOf(visit.summary),
    detail: [visit.summary, needs].filter(Boolean).join('\n'),
    reporter_id: others.length > 0 ? 'self' : reporter_id,
    photos: visit.photos,
  }
}

/** A case of the outbox, to be written once more. `residents` are those of its door; somebody who is not among them is named. */
export function caseAgain(words: Written<CaseForm & { id: string }>, residents: readonly Shown<Resident>[]): CaseDraft {
  const { id, kind, title, detail, category, urgency, reporter, photos, visit_id } = words.args
  const known = residents.find(({ value }) => value.name === reporter?.name && value.phone === reporter.phone)
  return {
    id, kind, title, detail, urgency, photos, category: category ?? '', visit_id: visit_id ?? '',
    spot: spotAgain(words),
    reporter_id: reporter ? (known?.id ?? 'other') : 'self',
    reporter_name: reporter?.name ?? '',
    reporter_phone: reporter?.phone ?? '',
  }
}

/** What keeps a case from being opened, as a message key; empty when nothing does. */
export function missingInCase(form: CaseDraft): string {
  if (!settled(form.spot)) return 'place.needed'
  return form.title.trim() ? '' : 'case.need_title'
}

/** Who brought it, as the record keeps it: name and phone as they are today, or a phone to call back on where there is none, and nothing else of the person. */
export function reporterOf(form: CaseDraft, resident: Resident | undefined): Reporter | null {
  if (form.reporter_id === 'self') return null
  if (form.reporter_id !== 'other')
    return resident ? { name: resident.name, phone: resident.phone || form.reporter_phone.trim(), relation: resident.relation } : null
  const [name, phone] = [form.reporter_name.trim(), form.reporter_phone.trim()]
  return name || phone ? { name, phone, relation: 'other' } : null
}

export function caseOf(form: CaseDraft, reporter: Reporter | null): CaseForm {
  return {
    ...(settled(form.spot) ?? { dwelling_id: null, place: null }),
    kind: form.kind,
    title: form.title.trim(),
    detail: form.detail.trim(),
    urgency: form.urgency,
    category: form.category || null,
    visit_id: form.visit_id || null,
    reporter,
    photos: form.photos,
  }
}
