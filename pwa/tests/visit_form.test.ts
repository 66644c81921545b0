import { describe, expect, test } from 'vitest'
import { homeOf, nowhere } from '../src/components/spot'
import { blankVisit, kindsAt, likelyMet, missingInVisit, visitOf } from '../src/pages/visit/form'

const people = (...ids: string[]) => ids.map((id) => ({ id }))

describe('who was met', () => {
  test('is who lives there alone, and of several nobody until the worker says', () => {
    expect([[], ['r1'], ['r1', 'r2']].map((ids) => likelyMet(people(...ids)))).toEqual([[], ['r1'], []])
  })

  test('is nobody where nobody opened, whoever was chosen before', () => {
    const form = { ...blankVisit('d502'), met: ['r1'] }
    expect([visitOf(form).met, visitOf({ ...form, kind: 'no_answer' }).met]).toEqual([['r1'], []])
  })
})

test('a visit with nothing said of it is not saved, but who was met or that nobody opened is enough', () => {
  const form = blankVisit('d502')
  expect([form, { ...form, met: ['r1'] }, { ...form, kind: 'no_answer' as const }].map(missingInVisit)).toEqual(['visit.empty', '', ''])
})

test('outdoors nobody fails to open a door', () => {
  const door = nowhere('d502')
  const outdoors = { ...door, mode: 'elsewhere' as const }
  expect([door, outdoors].map((spot) => kindsAt(spot).includes('no_answer'))).toEqual([true, false])
  expect(kindsAt(outdoors)).toContain('routine')
})

test('a dwelling that was chosen before the place outdoors is no longer the place', () => {
  const spot = nowhere('d502', '3号楼 1-502')
  expect([homeOf(spot), homeOf({ ...spot, mode: 'elsewhere' })]).toEqual(['d502', ''])
})
