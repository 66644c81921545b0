/**
 * What a worker does at the door. Each resolves once it would survive a closed tab; the draft it was
 * written as, if `draftKey` names one, is dropped in the same transaction.
 */
import { v7 as newId } from 'uuid'
import { visitById } from './diary'
import { enqueue } from './outbox'
import { isNeverTaken } from './shown'
import type { CaseForm, VisitForm } from './types'

/** Save a visit. @returns its id */
export async function recordVisit(form: VisitForm, draftKey?: string): Promise<string> {
  const id = newId()
  const args = { ...plain(form), id, occurred_at: form.occurred_at ?? new Date().toISOString() }
  await enqueue({ name: 'visit.record', base: null, args }, draftKey)
  return id
}

/** Open a case. @returns its id */
export async function openCase(form: CaseForm, draftKey?: string): Promise<string> {
  const id = newId()
  await enqueue({ name: 'case.open', base: null, args: { ...plain(form), visit_id: await sourceOf(form), id } }, draftKey)
  return id
}

/** The visit it comes of; none that the server never took or that is here no more, for the server would refuse the case with it. */
async function sourceOf({ visit_id }: CaseForm): Promise<string | null> {
  const visit = visit_id && (await visitById(visit_id))
  return visit && !isNeverTaken(visit) ? visit_id : null
}

/** A form's values without Vue's proxies, which IndexedDB can't store. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
