import { describe, expect, test } from 'vitest'
import { nextTry } from '../src/sync/pace'

const NOW = Date.parse('2026-11-24T00:00:00.000Z')
const tries = (notBefore: string | null, failures: number, hidden: boolean) =>
  Array.from({ length: 50 }, () => nextTry({ notBefore }, failures, hidden, NOW))

describe('the next try', () => {
  test('comes no sooner than the server asked', () => {
    expect(new Set(tries('2026-11-24T00:01:00.000Z', 5, false))).toEqual(new Set([60_000]))
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
