/** The engine with one of its safeguards off, to see that the simulation would tell. */
import { vi } from 'vitest'
import type * as Answers from '../../src/data/answer'
import { runningTab } from './tab'

type TakeAnswer = typeof Answers.takeAnswer

/** How an answer would be taken in without a safeguard, and the words by which the checks tell. */
export const WITHOUT: Record<string, { take: (whole: TakeAnswer) => TakeAnswer; caught: RegExp }> = {
  'the cursor kept with its page': {
    take: (whole) => async (db, answer, ...moments) => {
      await db.fact.put({ key: 'cursor', value: answer.cursor })
      if (answer.patch.length > 0) runningTab().pass('gap')
      await whole(db, answer, ...moments)
    },
    caught: /on the phone of|sees the visit they saved/,
  },
  'the verdicts taken with their patch': {
    take: (whole) => async (db, answer, ...moments) => {
      const before = (await db.fact.get('cursor'))?.value as string
      if (answer.verdicts.length > 0) {
        await whole(db, { ...answer, patch: [], cursor: before, more: false }, ...moments)
        runningTab().pass('gap')
      }
      await whole(db, { ...answer, verdicts: [] }, ...moments)
    },
    caught: /sees the visit they saved/,
  },
}

export function takeOff(name: string): void {
  vi.doMock('../../src/data/answer', async (original) => {
    const whole = await original<typeof Answers>()
    return { ...whole, takeAnswer: WITHOUT[name]?.take(whole.takeAnswer) }
  })
}

export function putBack(): void {
  vi.doUnmock('../../src/data/answer')
}
