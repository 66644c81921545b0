import type { Action, ActionWords, Written } from '@/data'
import type { IconName } from '../../components/icons'

/** Actions that need words before they are done. */
export type WordedAction = Exclude<Action, 'accept'>

/** In the order of a case's life; what settles it comes before what passes it on. */
export const actionOrder: Action[] = ['accept', 'resolve', 'escalate', 'return', 'note']

export const actionIcons: Record<Action, IconName> = {
  accept: 'check',
  resolve: 'received',
  escalate: 'up',
  return: 'down',
  note: 'note',
}

const needsReason = (action: WordedAction) => action === 'escalate' || action === 'return'

/** Photos go with what was done and what was said; a reason is words alone. */
export const takesPhotos = (action: WordedAction) => !needsReason(action)

/** How much the server takes, less room for a ready-made phrase at the end. */
export const mostWords = (action: WordedAction): number => (needsReason(action) ? 1900 : 4000)

export function wordsOf(action: WordedAction, text: string, photos: string[]): ActionWords {
  return needsReason(action) ? { reason: text.trim() } : { text: text.trim(), photos }
}

/** What was said, to be said once more. */
export const wordsAgain = ({ args: { text, reason, photos = [] } }: Written<ActionWords>) => ({ text: text ?? reason ?? '', photos })
