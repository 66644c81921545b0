import { describe, expect, test } from 'vitest'
import { nextLook, nextTry, patience, withoutGuesses } from '../src/sync/pace'
import { ApiProblem } from '../src/sync/problem'

const NOW = Date.parse('2026-11-24T00:00:00.000Z')
const tries = (notBefore: string | null, failures: number, hidden: boolean) =>
  Array.from({ length: 50 }, () => nextTry({ notBefore }, failures, hidden, NOW))

describe('the next try', () => {
  test('comes no sooner than the server asked', () => {
    expect(new Set(tries('2026-11-24T00:01:00.000Z', 5, false))).toEqual(new Set([60_000]))
  })

  test('is not put off by a moment further away than a server may ask for: another clock noted it', () => {
    expect(Math.max(...tries('2026-11-25T00:00:00.000Z', 0, false))).toBeLessThan(60_000)
  })

  test('is not the same for all phones of a street', () => {
    expect(new Set(tries(null, 0, false)).size).toBeGreaterThan(10)
  })

  test('takes longer after each failure, but never more than minutes', () => {
    const longest = (failures: number) => Math.max(...tries(null, failures, false))
    expect(longest(1)).toBeLessThan(3_000)
    expect(longest(4)).toBeGreaterThan(longest(2))
    expect(longest(40)).toBeLessThan(400_000)
  })

  test('is rarer while nobody looks', () => {
    expect(Math.min(...tries(null, 0, true))).toBeGreaterThan(Math.max(...tries(null, 0, false)))
  })
})

describe('a server that is too busy', () => {
  const MINUTE = 60_000
  const refused = (retryAfter: number | null) => new ApiProblem(503, 'busy', '', null, retryAfter)
  const waits = (times: number, retryAfter: number | null = null) =>
    Array.from({ length: 50 }, () => Date.parse(patience(refused(retryAfter), times, NOW).until) - NOW)

  test('and does not say until when is asked half as often after each refusal', () => {
    expect([0, 1, 2, 3].map((times) => Math.floor(Math.min(...waits(times)) / 30_000))).toEqual([1, 2, 4, 8])
  })

  test('is left alone for a quarter of an hour at most, however long it was busy', () => {
    expect(Math.min(...waits(2_000))).toBeGreaterThanOrEqual(10 * MINUTE)
    expect(Math.max(...waits(2_000))).toBeLessThanOrEqual(15 * MINUTE)
  })

  test('is not asked again by all phones of a street at once', () => {
    expect(new Set(waits(0)).size).toBeGreaterThan(10)
    expect(new Set(waits(2_000)).size).toBeGreaterThan(10)
  })

  test('and says until when is taken at its word, and not held to its silence before', () => {
    expect(Math.min(...waits(5, 1_000))).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...waits(5, 1_000))).toBeLessThanOrEqual(1_500)
    expect(patience(refused(1_000), 5, NOW).times).toBe(0)
    expect(patience(refused(null), 5, NOW).times).toBe(6)
  })

  test('is asked all the same by somebody who taps, unless it said until when', () => {
    const until = '2026-11-24T00:01:00.000Z'
    const waiting = { notBefore: until, busyTimes: 0, photosNotBefore: until, photosBusyTimes: 0 }
    expect(withoutGuesses(waiting)).toEqual({})
    expect(withoutGuesses({ ...waiting, busyTimes: 3 })).toEqual({ notBefore: null, busyTimes: 0 })
    expect(withoutGuesses({ ...waiting, photosBusyTimes: 1 })).toEqual({ photosNotBefore: null, photosBusyTimes: 0 })
  })
})

describe('an open app', () => {
  const looks = (failures: number, retryAfter: number | null = null) => Array.from({ length: 50 }, () => nextLook(failures, retryAfter))

  test('asks for news every few seconds, each at moments of its own', () => {
    expect(Math.max(...looks(0))).toBeLessThan(4_000)
    expect(new Set(looks(0)).size).toBeGreaterThan(10)
  })

  test('asks ever more rarely while that fails, but within minutes again', () => {
    expect(Math.min(...looks(3))).toBeGreaterThan(Math.max(...looks(0)))
    expect(Math.max(...looks(40))).toBeLessThan(400_000)
  })

  test('asks no sooner than the server said', () => {
    expect(Math.min(...looks(1, 60_000))).toBeGreaterThan(60_000)
  })
})
