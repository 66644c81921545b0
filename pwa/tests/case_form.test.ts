import { describe, expect, test } from 'vitest'
import type { Visit } from '../src/data'
import { blankAct, missingInAct, wordsOf } from '../src/pages/cases/actions'
import { blankCase, caseOf, caseOutOf, reporterOf, titleOf } from '../src/pages/cases/form'
import { caseValue, grid, residentValue, visitValue } from './community'

const outOf = (value: Visit, needs: string) => caseOutOf({ id: 'v1', value }, needs)

describe('a case out of a visit', () => {
  test('is at its dwelling, in its words, with its photos', () => {
    const visit = visitValue({ summary: '楼道灯坏了，老人上楼摸黑', photos: ['a'] })
    expect(outOf(visit, '需要：维修')).toMatchObject({
      spot: { dwelling_id: 'd502' }, title: '楼道灯坏了', detail: '楼道灯坏了，老人上楼摸黑\n需要：维修', photos: ['a'],
    })
  })

  test('is at the place in words of a visit without a dwelling', () => {
    const place = { unit_id: grid, text: '中心花园' }
    expect(caseOf(outOf(visitValue({ dwelling_id: null, place }), ''), null)).toMatchObject({ dwelling_id: null, place, visit_id: 'v1' })
  })

  test('names as reporter who was met, but never one of several', () => {
    const reporterAfter = (met: string[]) => outOf(visitValue({ met }), '').reporter_id
    expect([[], ['r1'], ['r1', 'r2']].map(reporterAfter)).toEqual(['self', 'r1', 'self'])
  })

  test('begins like any other where the visit has no words', () => {
    expect(outOf(visitValue({ summary: '' }), '')).toEqual(blankCase('d502', 'doorstep', 'v1'))
  })
})

describe('who brought a case', () => {
  const by = (reporter_phone: string) => ({ ...blankCase('d502', 'branch', ''), reporter_id: 'r1', reporter_phone })

  test('is called back on the number that is known, though another was typed for somebody else', () => {
    expect(reporterOf(by('13900000001'), residentValue())).toEqual({ name: '王秀英', phone: '13800138817', relation: 'head' })
  })

  test('is called back on the number they give where none is known', () => {
    expect(reporterOf(by(' 13900000001 '), residentValue({ phone: '' }))).toEqual({ name: '王秀英', phone: '13900000001', relation: 'head' })
  })

  test('is called back on the number they left, though they gave no name', () => {
    const nameless = (reporter_phone: string) => ({ ...by(reporter_phone), reporter_id: 'other' })
    expect(reporterOf(nameless(' 13900000001 '), undefined)).toEqual({ name: '', phone: '13900000001', relation: 'other' })
    expect(reporterOf(nameless(' '), undefined)).toBeNull()
  })
})

test.each([
  ['下水道堵了，厨房返水', '下水道堵了'],
  ['  一切正常\n水电气正常', '一切正常'],
  ['The drain is blocked. Water in the kitchen', 'The drain is blocked. Water in the kitchen'],
  ['身体挺好；楼道灯不亮。', '楼道灯不亮'],
  ['灯', '灯'],
  ['。。。', ''],
  ['长'.repeat(300), '长'.repeat(100)],
])('the title of %j is %j', (words, title) => {
  expect(titleOf(words)).toBe(title)
})

test('what was counted at a vote goes with that step of a council, and with no other', () => {
  const form = { ...blankAct(), stage: 'deliberate' as const, present: '9', in_favour: '7' }
  expect(wordsOf(form)).toMatchObject({ present: 9, votes: { in_favour: 7, against: 0, abstained: 0 } })
  expect(wordsOf({ ...form, stage: 'handle' })).toMatchObject({ present: null, votes: null })
})

test.each([
  ['', ''],
  ['9', ''],
  [' １２ ', ''],
  ['12.5', 'case.need_heads'],
  ['-3', 'case.need_heads'],
  ['九', 'case.need_heads'],
  ['100001', 'case.need_heads'],
])('%j people against is counted, or asked for anew, and never left out in silence', (against, problem) => {
  const form = { ...blankAct(), words: '多数同意', stage: 'deliberate' as const, present: '20', against }
  expect(missingInAct('council', form, caseValue(), 0)).toBe(problem)
  expect(missingInAct('council', { ...form, stage: 'handle' }, caseValue(), 0)).toBe('')
})

describe('a later time to settle a case by', () => {
  const now = Date.parse('2026-11-20T02:00:00Z')
  const asking = (until: string, settle_by: string | null) =>
    missingInAct('extend', { ...blankAct(), words: '等配件', until }, caseValue({ settle_by }), now)

  test.each([
    ['', null, 'case.need.until'],
    ['2026-11-19', null, 'verdict.not_later'],
    ['2026-11-21', null, ''],
    ['2026-11-25', '2026-11-26T02:00:00.000Z', 'verdict.not_later'],
    ['2026-11-27', '2026-11-26T02:00:00.000Z', ''],
    ['2026-11-21', '2026-11-18T02:00:00.000Z', ''],
    ['2062-11-27', '2026-11-26T02:00:00.000Z', 'verdict.too_far_ahead'],
  ])('such as %s, where it is %s, is asked for or is told why not: %s', (until, settle_by, said) => {
    expect(asking(until, settle_by)).toBe(said)
  })
})
