/** An impatient thumb taps twice: the second tap does nothing, the next one that was meant does. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { unhurried } from '../src/components/haste'

beforeEach(() => { vi.useFakeTimers({ toFake: ['performance'] }) })
afterEach(() => { vi.useRealTimers() })

test('a tap in haste after another does nothing, and one after a pause does', async () => {
  const putAway: string[] = []
  const tap = (what: string) => unhurried(async () => { putAway.push(what) })
  vi.advanceTimersByTime(1_000)
  await tap('first refusal')
  vi.advanceTimersByTime(250)
  await tap('the one that came in its place')
  vi.advanceTimersByTime(500)
  await tap('another')
  expect(putAway).toEqual(['first refusal', 'another'])
})
