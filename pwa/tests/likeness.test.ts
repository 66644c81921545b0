import { expect, test } from 'vitest'
import { likeness, pairsOf } from '../src/rules/likeness'

const alike = (one: string, other: string): number => Math.round(100 * likeness(pairsOf(one), pairsOf(other)))

test.each([
  ['楼道灯不亮', '楼道灯不亮', 100],
  ['楼道灯不亮', '楼道的灯不亮了', 60],
  ['楼道灯不亮', '楼道灯坏了', 50],
  ['楼道灯不亮', '楼道堆杂物', 25],
  ['楼道灯不亮', '下水道堵了', 0],
  ['Light out', 'light OUT', 100],
  ['灯', '灯', 0],
  ['', '', 0],
])('%j and %j are alike by %i in a hundred', (one, other, share) => {
  expect(alike(one, other)).toBe(share)
})

test('what stands apart makes no pair', () => {
  expect([...pairsOf('灯，不亮 3号')]).toEqual(['不亮', '3号'])
})
