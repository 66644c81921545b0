import { describe, expect, test } from 'vitest'
import type { RecordType, Records } from '../src/api/records'
import type { Mutation } from '../src/api/wire'
import { CASE_ACTIONS } from '../src/rules/case_flow'
import { replay } from '../src/rules/replay'
import type { Author, Look } from '../src/rules/scene'
import { caseValue, chances, compound, dwellingValue, eventValue, grid, post, units, visitForm } from './community'

const li: Author = { id: 'li', name: '李明', posts: [post(grid, 'grid_leader')] }

function world(records: Record<string, unknown> = {}): Look {
  return <T extends RecordType>(type: T, id: string) =>
    (type === 'unit' ? units[id] : records[`${type}:${id}`]) as Records[T] | undefined
}

const base = world({ 'case:c1': caseValue(), 'dwelling:d502': dwellingValue(), 'building:b3': { name: '3号楼' } })

let seq = 0
const mutation = (name: Mutation['name'], args: object): Mutation =>
  ({ id: `m${++seq}`, seq, at: '2026-11-24T01:00:00.000Z', name, base: null, args }) as Mutation

const waiting = (...mutations: Mutation[]) => mutations.map((one) => ({ mutation: one, at: one.at, refused: false }))
const act = (action: string, event_id: string, words: object = {}) => mutation(`case.${action}` as Mutation['name'], { id: 'c1', event_id, ...words })

describe('replaying the outbox over base', () => {
  test('shows a visit at its dwelling’s place, by its author', () => {
    const visit = mutation('visit.record', { ...visitForm(), id: 'v1', occurred_at: '2026-11-24T01:00:00.000Z' })
    expect(replay(base, li, waiting(visit)).get('visit:v1')?.value).toMatchObject({
      grid_id: grid, compound_id: compound, visitor_name: '李明', received_at: null, summary: '灯泡坏了',
    })
  })

  test('opens a doorstep case at the grid and a branch case at its compound', () => {
    const form = { title: '漏水', detail: '卫生间', urgency: 'urgent', category: null, dwelling_id: 'd502', place: null, visit_id: null, reporter: null, photos: [] }
    const after = replay(base, li, waiting(
      mutation('case.open', { ...form, id: 'c2', kind: 'doorstep' }),
      mutation('case.open', { ...form, id: 'c3', kind: 'branch' }),
    ))
    expect(after.get('case:c2')?.value).toMatchObject({
      state: 'open', holder_id: grid, origin_id: grid, accept_by: '2026-11-24T01:30:00.000Z', settle_by: '2026-11-24T05:00:00.000Z',
      place: { unit_id: grid, text: '幸福里小区 3号楼 1单元' },
    })
    expect(after.get('case:c3')?.value).toMatchObject({ holder_id: compound, origin_id: grid, held_by: [compound] })
  })

  test('lets each action see what those before it did', () => {
    const after = replay(base, li, waiting(act('accept', 'e1'), act('escalate', 'e2', { reason: '要换线路' })))
    expect(after.get('case:c1')?.value).toMatchObject({ state: 'open', holder_id: compound, climbed_from: [grid], held_by: [grid, compound] })
    expect(after.get('case_event:e2')?.value).toMatchObject({ action: 'escalate', text: '要换线路', from_unit_id: grid, to_unit_id: compound })
  })

  test('keeps the words of an action the case no longer allows, as a note that says what was attempted', () => {
    const after = replay(base, li, waiting(act('escalate', 'e1', { reason: '要换线路' }), act('resolve', 'e2', { text: '换了灯泡' })))
    expect(after.get('case:c1')?.value).toMatchObject({ state: 'open', holder_id: compound })
    expect(after.get('case_event:e2')?.value).toMatchObject({ action: 'note', attempted: 'resolve', text: '换了灯泡' })
  })

  test('leaves out what base already holds, so that nothing happens twice', () => {
    const held = world({ 'case:c1': caseValue({ holder_id: compound, climbed_from: [grid] }), 'case_event:e1': eventValue({ action: 'escalate' }) })
    expect(replay(held, li, waiting(act('escalate', 'e1', { reason: '要换线路' }))).size).toBe(0)
  })

  test('shows of a refused action its words alone', () => {
    const after = replay(base, li, waiting(act('accept', 'e1', { text: '我来' })).map((one) => ({ ...one, refused: true })))
    expect([...after.keys()]).toEqual(['case_event:e1'])
  })

  test('gives the same records for the same base and mutations, and leaves base as it was', () => {
    const chance = chances(20261124)
    const pick = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T
    for (let round = 0; round < 200; round++) {
      const acts = Array.from({ length: 6 }, (_, at) => act(pick(CASE_ACTIONS), `e${round}-${at}`, { text: '好', reason: '因为' }))
      const before = JSON.stringify(base('case', 'c1'))
      const once = JSON.stringify([...replay(base, li, waiting(...acts))])
      expect(JSON.stringify([...replay(base, li, waiting(...acts))])).toBe(once)
      expect(JSON.stringify(base('case', 'c1'))).toBe(before)
    }
  })

  test('never loses a word, whatever becomes of the action', () => {
    const chance = chances(7)
    for (let round = 0; round < 200; round++) {
      const acts = Array.from({ length: 5 }, (_, at) => act(CASE_ACTIONS[Math.floor(chance() * 5)] as string, `e${at}`, { text: `话${at}`, reason: `话${at}` }))
      const after = replay(base, li, waiting(...acts))
      expect(acts.map((_, at) => (after.get(`case_event:e${at}`)?.value as { text: string }).text)).toEqual(['话0', '话1', '话2', '话3', '话4'])
    }
  })
})
