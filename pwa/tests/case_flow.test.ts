import { describe, expect, test } from 'vitest'
import { allowedActions, applyCaseAction } from '../src/rules/case_flow'
import type { Scene } from '../src/rules/scene'
import { caseValue, community, compound, district, grid, otherGrid, post, units } from './community'

const scene = (unitId: string, role: string): Scene => ({
  author: { id: 'li', name: '李明', posts: [post(unitId, role)] },
  at: '2026-11-24T01:00:00.000Z',
  look: (type, id) => (type === 'unit' ? units[id] : undefined) as never,
})

const worker = scene(grid, 'grid_worker')
const secretary = scene(compound, 'branch_secretary')
const atCompound = caseValue({ holder_id: compound, climbed_from: [grid], held_by: [grid, compound] })

describe('what somebody may do to a case', () => {
  test.each([
    ['a worker of the grid that holds an open case', worker, caseValue({ opened_by: 'wang' }), ['note', 'accept', 'escalate', 'whistle']],
    ['a worker of the grid that has accepted it', worker, caseValue({ state: 'accepted' }), ['note', 'escalate', 'extend', 'council', 'whistle', 'resolve']],
    ['the leader of the grid where it began, which has nowhere to return it to', scene(grid, 'grid_leader'), caseValue(), ['note', 'accept', 'assign', 'escalate', 'whistle', 'merge', 'withdraw']],
    ['the secretary of the compound it climbed to', secretary, atCompound, ['note', 'accept', 'assign', 'escalate', 'return', 'whistle', 'merge', 'withdraw']],
    ['who opened it, while nobody above has accepted it', worker, atCompound, ['note', 'withdraw']],
    ['another grid', scene(otherGrid, 'grid_worker'), caseValue({ opened_by: 'wang' }), ['note']],
    ['the origin once it is resolved', worker, caseValue({ state: 'resolved' }), ['note', 'rate']],
    ['the district, above which no unit holds cases', scene(district, 'district_officer'), caseValue({ holder_id: district, opened_by: 'wang' }), ['note', 'accept', 'assign', 'whistle', 'merge', 'withdraw']],
    ['an auditor, who belongs to no team', scene(grid, 'auditor'), caseValue({ opened_by: 'wang' }), []],
  ])('%s', (_who, who, now, expected) => {
    expect(allowedActions(now, who)).toEqual(expected)
  })
})

test('an answer to more time is for the time that its author saw', () => {
  const asking = caseValue({ state: 'accepted', extension_until: '2026-12-18T15:59:00.000Z' })
  const given = { settle_by: '2026-12-18T15:59:00.000Z', extension_until: null }
  expect(applyCaseAction(asking, 'grant', secretary, { asked: '2026-11-28T15:59:00.000Z' })).toBeNull()
  expect(applyCaseAction(asking, 'grant', secretary, { asked: '2026-12-18T15:59:00.000Z' })).toMatchObject(given)
  expect(applyCaseAction(asking, 'grant', secretary)).toMatchObject(given)
})

describe('the way of a case', () => {
  test('up: the unit above holds it, open, with its own clock', () => {
    expect(applyCaseAction(caseValue({ state: 'accepted', assignee_id: 'li' }), 'escalate', worker)).toMatchObject({
      state: 'open', holder_id: compound, climbed_from: [grid], assignee_id: null, reached: 2, accept_by: '2026-11-25T01:00:00.000Z', settle_by: null,
    })
  })

  test('back: to the unit that sent it, and it is remembered who returned it', () => {
    expect(applyCaseAction(atCompound, 'return', secretary)).toMatchObject({ holder_id: grid, climbed_from: [], returned_from: [compound] })
  })

  test('back: those who returned it are remembered in the order of their ids, as on the server', () => {
    const before = { ...atCompound, returned_from: ['zz'] }
    expect(applyCaseAction(before, 'return', secretary)?.returned_from).toEqual([compound, 'zz'])
  })

  test('back a second time: to the unit above both, which decides', () => {
    const bounced = { ...atCompound, returned_from: [compound] }
    expect(applyCaseAction(bounced, 'return', secretary)).toMatchObject({ holder_id: community, climbed_from: [grid, compound] })
  })
})
