/**
 * What a worker does at the door. Each resolves once it would survive a closed tab; the draft it was
 * written as, if `draftKey` names one, is dropped in the same transaction.
 */
import { v7 as newId } from 'uuid'
import type { Arguments } from '../api/wire'
import { wordsNeeded } from '../rules/case_flow'
import { enqueue } from './outbox'
import { here } from './here'
import type { Action, ActionWords, CaseForm, VisitForm } from './types'

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
  await enqueue({ name: 'case.open', base: null, args: { ...plain(form), id } }, draftKey)
  return id
}

/** What each action takes of the words a worker gives. */
const said: { [A in Action]: (words: ActionWords) => Omit<Arguments[`case.${A}`], 'id' | 'event_id'> } = {
  note: ({ text = '', photos = [] }) => ({ text, photos }),
  accept: ({ text = '' }) => ({ text }),
  escalate: ({ reason = '' }) => ({ reason }),
  return: ({ reason = '' }) => ({ reason }),
  resolve: ({ text = '', photos = [] }) => ({ text, photos }),
}

/** The action needs words and none were given (docs/cases.md). */
export class WordsMissing extends Error {
  constructor(action: Action) {
    super(`${action} needs words`)
  }
}

/**
 * Act on a case as the worker sees it; the server judges it against the case's present state (M4).
 *
 * @throws WordsMissing
 */
export async function actOnCase(caseId: string, action: Action, words: ActionWords, draftKey?: string): Promise<void> {
  const needed = wordsNeeded(action)
  if (needed && !words[needed]?.trim()) throw new WordsMissing(action)
  const { db } = await here()
  const base = (await db.base('case').get(caseId))?.version ?? null
  const args = plain({ ...said[action](words), id: caseId, event_id: newId() })
  await enqueue({ name: `case.${action}`, base, args: args as Arguments[`case.${Action}`] }, draftKey)
}

/** A form's values without Vue's proxies, which IndexedDB can't store. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
