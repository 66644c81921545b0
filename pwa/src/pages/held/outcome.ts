import type { DecisionAnswer } from '@/sync'

export interface Outcome {
  words: 'accepted' | 'refused' | 'superseded' | 'not_done' | 'decided_before'
  /** Why it could not be done. */
  code?: string
}

/** What became of a decision: somebody else's may stand already, and what is accepted is judged like anything that is sent. */
export function outcomeOf({ accepted, verdict, code }: Pick<DecisionAnswer, 'accepted' | 'verdict' | 'code'>, accept: boolean): Outcome {
  if (accepted !== accept) return { words: 'decided_before' }
  if (!accepted) return { words: 'refused' }
  if (verdict === 'rejected') return { words: 'not_done', code: code ?? 'other' }
  return { words: verdict === 'superseded' ? 'superseded' : 'accepted' }
}
