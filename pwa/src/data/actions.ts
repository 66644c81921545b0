/** What an action on a case says besides which case. */
import { v7 as newId } from 'uuid'
import type { Arguments } from '../api/wire'
import { wordsNeeded } from '../rules/case_flow'
import { here } from './here'
import { enqueue } from './outbox'
import type { Action, ActionWords } from './types'
import { plain } from './writes'

/** What each action takes of the words, photos and facts of a form. */
const TAKES = {
  note: ['text', 'photos'],
  accept: ['text'],
  assign: ['assignee_id', 'text'],
  escalate: ['reason'],
  return: ['reason'],
  extend: ['reason', 'until'],
  grant: ['text', 'asked'],
  deny: ['reason', 'asked'],
  council: ['stage', 'text', 'present', 'votes', 'photos'],
  resolve: ['text', 'photos'],
  rate: ['solved', 'content', 'how', 'text'],
  reopen: ['reason'],
  whistle: ['to', 'text'],
  respond: ['answer', 'text', 'photos'],
  merge: ['into_id', 'text'],
  withdraw: ['reason'],
} satisfies Record<Action, (keyof ActionWords)[]>

const UNSAID: ActionWords = { text: '', reason: '', photos: [], present: null, votes: null, content: null }

export const takes = (action: Action): readonly (keyof ActionWords)[] => TAKES[action]

/** The part of a form that the action takes. */
export function said(action: Action, words: ActionWords): ActionWords {
  return Object.fromEntries(takes(action).map((name) => [name, words[name] ?? UNSAID[name]]))
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
  const seen = await db.base('case').get(caseId)
  const asked = seen?.value.extension_until ?? null
  const args = plain({ ...said(action, { asked, ...words }), id: caseId, event_id: newId() })
  await enqueue({ name: `case.${action}`, base: seen?.version ?? null, args: args as Arguments[`case.${Action}`] }, draftKey)
}
