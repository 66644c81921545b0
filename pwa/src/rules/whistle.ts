/** The whistle (吹哨): who is called to a case, and what each answers; `sync/whistle.py` is the server's. */
import type { Call, Callee, Case } from '../api/records'
import type { Scene } from './scene'

/** Answers after which somebody can be called anew. */
const NO_MORE: readonly Call['answer'][] = ['done', 'declined']

/** Whom whistles have called to the case; a case that came before there were whistles has nobody. */
export const callsOf = (now: Partial<Pick<Case, 'calls'>>): readonly Call[] => now.calls ?? []

export const callOf = (now: Partial<Pick<Case, 'calls'>>, personId: string): Call | null =>
  callsOf(now).find(({ person_id }) => person_id === personId) ?? null

/** Whether somebody who was called is still expected to come, or to be done. */
export const isExpected = ({ answer }: Call): boolean => !NO_MORE.includes(answer)

/** Called by name at once; who is on duty, or of a department, is known once the server has found them. */
export function call(now: Case, { author, at, look }: Scene, to: readonly Callee[]): Case {
  const expected = new Set(callsOf(now).filter(isExpected).map(({ person_id }) => person_id))
  const named = to.flatMap(({ person_id }) => (person_id && person_id !== author.id && !expected.has(person_id) ? [person_id] : []))
  const fresh = named.map((person_id): Call => ({
    person_id, name: look('person', person_id)?.name ?? '', by_id: author.id, at, answer: null, answered_at: null,
  }))
  return { ...now, calls: [...callsOf(now).filter(({ person_id }) => !named.includes(person_id)), ...fresh] }
}

/** What one of those who were called says; of two answers the one that was given last counts. */
export const answer = (now: Case, { author, at }: Scene, said: Call['answer']): Case => ({
  ...now,
  calls: callsOf(now).map((one) =>
    one.person_id === author.id && (one.answered_at ?? one.at) <= at ? { ...one, answer: said, answered_at: at } : one,
  ),
})
