import type { DueReason, Shown, Visit, VisitChanges, VisitForm, VisitKind, Written } from '@/data'
import { nowhere, settled, spotAgain, spotOf, type Spot } from '../../components/spot'
import { localInput } from '../../components/times'

/** A visit while it is being written; the times and the place as the fields hold them. */
export interface VisitDraft {
  spot: Spot
  kind: VisitKind
  /** The phone's own clock, as `<input type="datetime-local">` gives it. */
  occurred_at: string
  met: string[]
  summary: string
  needs: string[]
  other_need: string
  photos: string[]
  next_visit_on: string
}

export const visitKinds: VisitKind[] = ['routine', 'care', 'follow_up', 'survey', 'other', 'no_answer']

/** What kinds a visit there can be of: where there is no door, nobody fails to open one. */
export const kindsAt = ({ mode }: Spot): VisitKind[] => visitKinds.filter((kind) => kind !== 'no_answer' || mode === 'dwelling')

/** What kind a visit most likely is, by why it is due. */
const KIND_DUE: Record<string, VisitKind | undefined> = { promised: 'follow_up', care: 'care' } satisfies Partial<Record<DueReason, VisitKind>>

/** `due`: why a visit is, if one is. */
export const blankVisit = (dwelling: string, due = ''): VisitDraft => ({
  spot: nowhere(dwelling),
  kind: KIND_DUE[due] ?? 'routine',
  occurred_at: localInput(new Date()),
  met: [],
  summary: '',
  needs: [],
  other_need: '',
  photos: [],
  next_visit_on: '',
})

/** Who opens a door behind which one person lives. */
export const likelyMet = (residents: readonly { id: string }[]): string[] => (residents.length === 1 ? residents.map(({ id }) => id) : [])

type Said = Pick<Visit, 'kind' | 'occurred_at' | 'met' | 'summary' | 'needs' | 'photos' | 'next_visit_on' | 'dwelling_id' | 'place'>

/** What was said of a visit, as the fields hold it. */
const fieldsOf = ({ kind, occurred_at, met, summary, needs, photos, next_visit_on, ...where }: Said): VisitDraft => ({
  spot: spotOf(where), kind, met, summary, needs, other_need: '', photos,
  occurred_at: localInput(new Date(occurred_at)), next_visit_on: next_visit_on ?? '',
})

/** A visit that was refused, to be written once more. */
export const visitAgain = (words: Written<Said>): VisitDraft => ({ ...fieldsOf(words.args), spot: spotAgain(words) })

/** What keeps a visit from being saved, as a message key; empty when nothing does. */
export function missingInVisit(form: VisitDraft): string {
  if (!settled(form.spot)) return 'place.needed'
  if (form.occurred_at > localInput(new Date())) return 'visit.too_late'
  const said = form.kind === 'no_answer' || form.summary.trim() || form.other_need.trim() || form.met.length || form.needs.length || form.photos.length
  return said ? '' : 'visit.empty'
}

const needsOf = (form: VisitDraft): string[] =>
  [...form.needs, form.other_need.trim()].filter((need, at, all) => need && all.indexOf(need) === at)

export function visitOf(form: VisitDraft): VisitForm {
  return {
    ...(settled(form.spot) ?? { dwelling_id: null, place: null }),
    kind: form.kind,
    // A cleared field means now: the tap's own time.
    occurred_at: (form.occurred_at ? new Date(form.occurred_at) : new Date()).toISOString(),
    // Chosen before it turned out that nobody opened
    met: form.kind === 'no_answer' ? [] : form.met,
    summary: form.summary.trim(),
    needs: needsOf(form),
    photos: form.photos,
    location: null,
    next_visit_on: form.next_visit_on || null,
  }
}

/** A visit while it is being corrected, with the record as it was when the form was opened. */
export interface AmendDraft extends VisitDraft {
  looked: Pick<Shown<Visit>, 'id' | 'version' | 'value'>
}

export function amendmentOf({ id, version, value }: Shown<Visit>): AmendDraft {
  return { ...fieldsOf(value), looked: { id, version, value } }
}

/** A correction that was refused, laid over the visit as it is now. */
export const amendmentAgain = (visit: Shown<Visit>, { changes }: { changes: VisitChanges }): AmendDraft =>
  ({ ...amendmentOf(visit), ...fieldsOf({ ...visit.value, ...changes } as Visit) })

/** What keeps a corrected visit from being saved, likewise. */
export function missingInAmendment(form: AmendDraft): string {
  const missing = missingInVisit(form)
  return missing === 'visit.empty' ? 'correct.empty' : missing
}

/** What the visit says now. The field holds minutes: a time left alone stays exact, as does one that was cleared. */
export function changesOf(form: AmendDraft): VisitChanges {
  const { kind, met, summary, needs, photos, next_visit_on, occurred_at } = visitOf(form)
  const was = form.looked.value
  const moved = form.occurred_at && form.occurred_at !== localInput(new Date(was.occurred_at))
  return { kind, met, summary, needs, photos, next_visit_on, occurred_at: moved ? occurred_at : was.occurred_at }
}
