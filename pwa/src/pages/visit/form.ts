import type { VisitForm, VisitKind } from '@/data'
import { nowhere, settled, type Spot } from '../../components/spot'
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

export const visitKinds: VisitKind[] = ['routine', 'care', 'follow_up', 'survey', 'other']

export const blankVisit = (dwelling: string): VisitDraft => ({
  spot: nowhere(dwelling),
  kind: 'routine',
  occurred_at: localInput(new Date()),
  met: [],
  summary: '',
  needs: [],
  other_need: '',
  photos: [],
  next_visit_on: '',
})

/** What keeps a visit from being saved, as a message key; empty when nothing does. */
export function missingInVisit(form: VisitDraft): string {
  if (!settled(form.spot)) return 'place.needed'
  if (form.occurred_at > localInput(new Date())) return 'visit.too_late'
  const said = form.summary.trim() || form.other_need.trim() || form.met.length || form.needs.length || form.photos.length
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
    met: form.met,
    summary: form.summary.trim(),
    needs: needsOf(form),
    photos: form.photos,
    location: null,
    next_visit_on: form.next_visit_on || null,
  }
}
