import { beforeEach, describe, expect, test, vi } from 'vitest'
import { actOnCase, buildings, buildingsByName, caseById, cases, dwelling, dwellingsOf, openCase, places, recordVisit, today, unitName } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { bring, search, uses } from './phone'
import {
  building, caseValue, community, compound, dwellingValue, eventValue, grid, home, otherGrid, post, put, residentValue, street, theUnits, visitForm, visitValue,
} from './community'

let db: PersonDatabase

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T02:00:00.000Z'), toFake: ['Date'] })
  db = await uses('li')
})

const doorOf = (id: string, building_id: string, entrance: string, room: string) =>
  put('dwelling', id, dwellingValue({ building_id, entrance, room, floor: Number(room.slice(0, -2)) }))

const form = (title: string) => ({
  kind: 'doorstep' as const, title, detail: '', urgency: 'normal' as const, category: null,
  dwelling_id: 'd502', place: null, visit_id: null, reporter: null, photos: [],
})

describe('the buildings', () => {
  test('say how many dwellings they have, how many were visited within 30 days, and how many cases are open', async () => {
    await bring(db, [
      ...home(), doorOf('d101', 'b3', '1', '101'), doorOf('d201', 'b3', '1', '201'),
      put('visit', 'v1', visitValue()), put('visit', 'v2', visitValue()),
      put('visit', 'v3', visitValue({ dwelling_id: 'd101', occurred_at: '2026-09-01T02:00:00.000Z' })),
      put('case', 'c1', caseValue()), put('case', 'c2', caseValue()), put('case', 'c3', caseValue({ state: 'resolved' })),
    ])
    expect(await buildings()).toEqual([{ id: 'b3', name: '3号楼', grid_id: grid, entrances: 2, floors: 6, dwellings: 3, visited: 1, open_cases: 2 }])
  })

  test('count what only this phone knows yet, and nothing twice', async () => {
    await bring(db, home())
    await recordVisit(visitForm())
    await recordVisit(visitForm())
    await openCase(form('漏水'))
    expect(await buildings()).toMatchObject([{ visited: 1, open_cases: 1 }])
  })

  test('count no visit that was refused', async () => {
    await bring(db, home())
    await recordVisit(visitForm())
    await db.outbox.update(1, { state: 'refused' })
    expect(await buildings()).toMatchObject([{ visited: 0 }])
  })

  test('come in the order people count them', async () => {
    await bring(db, ['10号楼', '2号楼', '1号楼'].map((name) => building(name, name)))
    expect((await buildings()).map(({ name }) => name)).toEqual(['1号楼', '2号楼', '10号楼'])
  })

  test('are told apart by their grids where one lies in two of them', async () => {
    db = await uses('sun', [post(compound, 'branch_secretary')])
    const part = put('building', 'part', { grid_id: otherGrid, compound_id: compound, name: '3号楼', entrances: 2, floors: 6 })
    await bring(db, [...home(), part, building('b4', '4号楼')])
    const names = ['3号楼 第二网格', '3号楼 第一网格', '4号楼']
    expect((await buildings()).map(({ name }) => name)).toEqual(names)
    expect((await buildingsByName()).map(({ name }) => name)).toEqual(names)
  })
})

describe('the matrix of a building', () => {
  test('has entrance, floor and room of each door, and says when it was last knocked on', async () => {
    await bring(db, [...home(), doorOf('d201', 'b3', '2', '201'), doorOf('d1001', 'b3', '1', '1001'), put('visit', 'v1', visitValue())])
    const doors = await dwellingsOf('b3')
    expect(doors.sort((one, other) => one.floor - other.floor)).toEqual([
      { id: 'd201', entrance: '2', floor: 2, room: '201', visited_lately: false, open_cases: 0, due: true },
      { id: 'd502', entrance: '1', floor: 5, room: '502', visited_lately: true, open_cases: 0, due: false },
      { id: 'd1001', entrance: '1', floor: 10, room: '1001', visited_lately: false, open_cases: 0, due: true },
    ])
  })

  test('shows a visit the moment it is saved', async () => {
    await bring(db, home())
    await recordVisit(visitForm())
    expect(await dwellingsOf('b3')).toMatchObject([{ visited_lately: true, due: false }])
  })
})

describe('a dwelling’s page', () => {
  test('has the people, the diary newest first, and the cases', async () => {
    await bring(db, [
      ...home(), put('visit', 'v1', visitValue()), put('visit', 'v2', visitValue({ occurred_at: '2026-11-22T02:00:00.000Z' })), put('case', 'c1', caseValue()),
    ])
    const own = await recordVisit(visitForm())
    const page = await dwelling('d502')
    expect(page).toMatchObject({ building: { name: '3号楼' }, residents: [{ value: { name: '王秀英' } }], cases: [{ id: 'c1', holder_name: '第一网格' }] })
    expect(page?.visits.map(({ id, where }) => [id, where])).toEqual([[own, 'phone'], ['v2', 'received'], ['v1', 'received']])
  })

  test('says why a visit is due, until there was one', async () => {
    await bring(db, [...home(), put('visit', 'v1', visitValue({ next_visit_on: '2026-11-23' }))])
    expect(await dwelling('d502')).toMatchObject({ due: 'promised' })
    await recordVisit(visitForm())
    expect(await dwelling('d502')).toMatchObject({ due: null })
  })

  test('has of the visits of one minute the last that was written down first', async () => {
    const inOneMinute = ['v1', 'v3', 'v2'].map((id) => put('visit', id, visitValue()))
    await bring(db, [...home(), ...inOneMinute])
    expect((await dwelling('d502'))?.visits.map(({ id }) => id)).toEqual(['v3', 'v2', 'v1'])
  })

  test('does not exist for a dwelling this phone may not see', async () => {
    expect(await dwelling('elsewhere')).toBeNull()
  })
})

describe('searching', () => {
  beforeEach(() => bring(db, [
    ...home(), building('b13', '13号楼'), doorOf('d13', 'b13', '1', '502'), doorOf('d504', 'b3', '1', '504'), doorOf('d601', 'b3', '2', '601'),
    put('resident', 'r2', residentValue({ dwelling_id: 'd504', name: '欧阳建国', phone: '13905358817' })),
    put('resident', 'r3', residentValue({ dwelling_id: 'd13', name: '单春华', phone: '' })),
  ]))

  test.each([
    ['3-1-502', ['3号楼 1-502']],
    ['3号楼-1单元-502', ['3号楼 1-502']],
    ['3-1', ['3号楼 1-502', '3号楼 1-504']],
    ['1-502', ['13号楼 1-502', '3号楼 1-502']],
    ['601', ['3号楼 2-601']],
    ['3号楼1单元502', ['3号楼 1-502']],
    ['3栋 1单元 5楼 502室', ['3号楼 1-502']],
    ['3-1单元-502', ['3号楼 1-502']],
    ['3号楼502', ['3号楼 1-502']],
    ['3号楼2单元', ['3号楼 2-601']],
    ['1单元502', ['13号楼 1-502', '3号楼 1-502']],
    ['1单元504户', ['3号楼 1-504']],
    ['502室', ['13号楼 1-502', '3号楼 1-502']],
    ['601号', ['3号楼 2-601']],
    ['室', []],
    ['13号楼', ['13号楼 1-502']],
    ['秀英', ['3号楼 1-502']],
    ['建国', ['3号楼 1-504']],
    ['5358817', ['3号楼 1-504']],
    ['139 0535 8817', ['3号楼 1-504']],
    ['+86 139-0535-8817', ['3号楼 1-504']],
    ['0535 8817', ['3号楼 1-504']],
    ['139 0535 8818', []],
    ['oyjg', ['3号楼 1-504']],
    ['WangXY', ['3号楼 1-502']],
    ['xiuying', ['3号楼 1-502']],
    ['jianguo', ['3号楼 1-504']],
    ['guojian', []],
    ['shanch', ['13号楼 1-502']],
    ['dch', ['13号楼 1-502']],
    ['zs', []],
    ['8817', ['3号楼 1-502', '3号楼 1-504']],
    ['赵', []],
    ['  ', []],
  ])('%j finds %j', async (asked, labels) => {
    expect((await search(asked)).map(({ label }) => label).sort()).toEqual(labels)
  })

  test('knows a name the server has corrected meanwhile, and the old one no more', async () => {
    expect(await search('oyjg')).toHaveLength(1)
    await bring(db, [put('resident', 'r2', residentValue({ dwelling_id: 'd504', name: '欧阳建华' }))])
    expect([await search('oyjg'), await search('oyjh')]).toMatchObject([[], [{ dwelling_id: 'd504' }]])
  })

  test('says who lives there', async () => {
    expect(await search('3-1-504')).toEqual([{ dwelling_id: 'd504', label: '3号楼 1-504', names: ['欧阳建国'] }])
  })

  test('stops at fifty', async () => {
    await bring(db, Array.from({ length: 80 }, (_, at) => doorOf(`m${at}`, 'b13', '2', `7${at}`)))
    expect(await search('7')).toHaveLength(50)
  })

  test.each([
    ['３－１－５０２', ['3号楼 1-502']], ['６０１', ['3号楼 2-601']], ['５３５８８１７', ['3号楼 1-504']],
    ['A-701', ['13号楼 A-701']], ['13号楼 A-701', ['13号楼 A-701']], ['13-a-701', ['13号楼 A-701']], ['西-702', ['13号楼 西-702']], ['13号楼西单元702', ['13号楼 西-702']],
    ['0001', ['13号楼 A-701']],
  ])('%j, as a wide keyboard types it or a door’s own label says it, finds %j', async (text, labels) => {
    await bring(db, [doorOf('dA', 'b13', 'A', '701'), doorOf('dW', 'b13', '西', '702'), put('resident', 'r4', residentValue({ dwelling_id: 'dA', name: '赵六', phone: '１３９００００００１' }))])
    expect((await search(text)).map(({ label }) => label)).toEqual(labels)
  })
})

describe('the lists of cases', () => {
  test('tell what waits for my units, what I follow, and what is done', async () => {
    await bring(db, [
      ...home(), put('case', 'mine', caseValue()), put('case', 'climbed', caseValue({ holder_id: compound })), put('case', 'settled', caseValue({ state: 'resolved' })),
    ])
    const ids = async (tab: Parameters<typeof cases>[0]) => (await cases(tab)).map(({ id }) => id)
    expect([await ids('waiting'), await ids('following'), await ids('done')]).toEqual([['mine'], ['climbed'], ['settled']])
  })

  test('have a case below for which time is asked wait for who leads the unit above, until it is answered', async () => {
    db = await uses('sun', [post(compound, 'branch_secretary')])
    const asked = { state: 'accepted' as const, extension_until: '2026-12-18T15:59:00.000Z' }
    await bring(db, [...home(), put('case', 'c1', caseValue(asked)), put('case', 'c2', caseValue({ ...asked, extension_until: null }))])
    expect((await cases('waiting')).map(({ id }) => id)).toEqual(['c1'])
    expect((await today()).waiting.map(({ id }) => id)).toEqual(['c1'])
    expect((await cases('following')).map(({ id }) => id)).toEqual(['c2'])
    await actOnCase('c1', 'grant', {})
    expect(await cases('waiting')).toEqual([])
    expect((await db.outbox.toArray()).map(({ mutation }) => mutation.args)).toMatchObject([{ id: 'c1', asked: asked.extension_until }])
  })

  test('move a case the moment it is passed up on this phone', async () => {
    await bring(db, [...home(), put('case', 'c1', caseValue())])
    await actOnCase('c1', 'escalate', { reason: '要换线路' })
    expect(await cases('waiting')).toEqual([])
    expect(await cases('following')).toMatchObject([{ id: 'c1', where: 'phone', holder_name: '幸福里小区', place_label: '3号楼 1-502' }])
  })

  test('put the urgent first, then what is due soonest', async () => {
    await bring(db, [
      ...home(), put('case', 'late', caseValue({ accept_by: '2026-11-26T00:00:00.000Z' })), put('case', 'soon', caseValue({ accept_by: '2026-11-25T00:00:00.000Z' })),
      put('case', 'gas', caseValue({ urgency: 'urgent', accept_by: '2026-11-27T00:00:00.000Z' })),
    ])
    expect((await cases('waiting')).map(({ id }) => id)).toEqual(['gas', 'soon', 'late'])
  })
})

describe('a case’s page', () => {
  test('has its timeline oldest first, what may be done, and the names of the units', async () => {
    await bring(db, [
      ...home(), put('case', 'c1', caseValue({ held_by: [grid, compound] })),
      put('case_event', 'e2', eventValue({ at: '2026-11-21T02:00:00.000Z', text: '二' })), put('case_event', 'e1', eventValue({ text: '一' })),
    ])
    await actOnCase('c1', 'accept', { text: '三' })
    const page = await caseById('c1')
    expect(page?.events.map(({ value }) => value.text)).toEqual(['一', '二', '三'])
    expect(page).toMatchObject({ allowed: ['note', 'escalate', 'extend', 'council', 'whistle', 'resolve'], value: { state: 'accepted' }, unit_names: { [grid]: '第一网格', [compound]: '幸福里小区' } })
  })

  test('offers nothing to do to what the server refused to open', async () => {
    await bring(db, home())
    const id = await openCase(form('漏水'))
    expect((await caseById(id))?.allowed).toContain('accept')
    await db.outbox.update(1, { state: 'refused' })
    expect((await caseById(id))?.allowed).toEqual([])
  })

  test('names whom it was given to and who was called by name before the server has answered', async () => {
    const zhang = put('person', 'zhang', { name: '张伟', memberships: [{ unit_id: grid, role: 'grid_worker', department: '' }] })
    await uses('li', [post(grid, 'grid_leader')])
    await bring(db, [...home(), zhang, put('case', 'c1', caseValue({ state: 'accepted' }))])
    await actOnCase('c1', 'assign', { assignee_id: 'zhang' })
    await actOnCase('c1', 'whistle', { to: [{ unit_id: null, department: null, person_id: 'zhang' }] })
    const page = await caseById('c1')
    expect([page?.events[0]?.value.details?.assignee_name, page?.calls.map(({ name }) => name)]).toEqual(['张伟', ['张伟']])
  })

  test.each(['closed', 'merged', 'withdrawn'] as const)('asks nobody for help any more once it is %s', async (state) => {
    const call = { person_id: 'li', name: '李明', by_id: 'zhang', at: '2026-11-20T02:00:00.000Z', answer: null, answered_at: null }
    await bring(db, [...home(), put('case', 'c1', caseValue({ state, calls: [call] }))])
    expect(await caseById('c1')).toMatchObject({ my_call: null, calls: [call] })
    expect(await cases('done')).toMatchObject([{ my_call: null }])
  })

  test('exists the moment the case is opened, in a lift, with its first line', async () => {
    await bring(db, home())
    const id = await openCase(form('漏水'))
    expect(await caseById(id)).toMatchObject({ where: 'phone', version: null, place_label: '3号楼 1-502', events: [{ value: { action: 'open' } }], allowed: ['note', 'accept', 'escalate', 'whistle', 'withdraw'] })
  })
})

describe('today', () => {
  test('names the doors that wait: promises, then care, then those long or never knocked on', async () => {
    await bring(db, [
      ...home(), put('visit', 'v0', visitValue({ occurred_at: '2026-05-01T02:00:00.000Z' })),
      doorOf('promised', 'b3', '1', '101'), put('visit', 'v1', visitValue({ dwelling_id: 'promised', next_visit_on: '2026-11-24' })),
      doorOf('cared', 'b3', '1', '102'), put('visit', 'v2', visitValue({ dwelling_id: 'cared', occurred_at: '2026-10-01T02:00:00.000Z' })),
      put('resident', 'alone', residentValue({ dwelling_id: 'cared', care_needs: ['living_alone'] })),
      doorOf('fresh', 'b3', '1', '103'), put('visit', 'v3', visitValue({ dwelling_id: 'fresh' })), doorOf('never', 'b3', '1', '104'),
    ])
    expect((await today()).due.map(({ dwelling_id, reason }) => [dwelling_id, reason])).toEqual([
      ['promised', 'promised'], ['cared', 'care'], ['never', 'never'], ['d502', 'long_ago'],
    ])
  })

  test('drops a door the moment it was knocked on', async () => {
    await bring(db, home())
    expect((await today()).due).toHaveLength(1)
    await recordVisit(visitForm())
    expect((await today()).due).toEqual([])
  })

  test('names at most twenty doors, and says how many there are', async () => {
    await bring(db, [...home(), ...Array.from({ length: 30 }, (_, at) => doorOf(`n${at}`, 'b3', '1', `1${at}`))])
    const { due, due_in_all } = await today()
    expect([due.length, due_in_all]).toEqual([20, 31])
  })

  test('asks for no door where nobody lives, unless somebody promised to come', async () => {
    const empty = (id: string) => put('dwelling', id, dwellingValue({ room: id, occupancy: 'vacant' }))
    await bring(db, [...theUnits(), building('b3', '3号楼'), empty('e1'), empty('e2'), put('visit', 'v1', visitValue({ dwelling_id: 'e2', next_visit_on: '2026-11-23' }))])
    expect((await today()).due.map(({ dwelling_id }) => dwelling_id)).toEqual(['e2'])
  })

  test('keeps a promise that met a shut door, and asks for it again the next day', async () => {
    await bring(db, [...home(), put('visit', 'v1', visitValue({ next_visit_on: '2026-11-23' }))])
    await recordVisit(visitForm({ kind: 'no_answer', summary: '' }))
    expect((await today()).due).toEqual([])
    expect(await dwellingsOf('b3')).toMatchObject([{ visited_lately: true, due: false }])
    vi.setSystemTime(Date.parse('2026-11-25T02:00:00.000Z'))
    expect((await today()).due).toMatchObject([{ dwelling_id: 'd502', reason: 'promised', due_on: '2026-11-23', last_visited_on: '2026-11-20' }])
  })

  test('leaves to a colleague the case that was given to them', async () => {
    await bring(db, [...home(), put('case', 'c1', caseValue()), put('case', 'c2', caseValue({ assignee_id: 'zhang' })), put('case', 'c3', caseValue({ assignee_id: 'li' }))])
    expect((await today()).waiting.map(({ id }) => id).sort()).toEqual(['c1', 'c3'])
    expect((await cases('following')).map(({ id }) => id)).toEqual(['c2'])
  })
})

describe('the units', () => {
  test('below a compound are the places a visit without a dwelling can be', async () => {
    db = await uses('li', [post(compound, 'branch_secretary')])
    await bring(db, theUnits())
    expect((await places()).map(({ id }) => id).sort()).toEqual([compound, grid, otherGrid].sort())
    expect(await unitName(grid)).toBe('第一网格')
  })

  test.each([['a street’s officer', street, 'street_officer'], ['an auditor', compound, 'auditor']])('are no such places for %s, whose words of them the server would refuse', async (_who, unit, role) => {
    db = await uses('li', [post(unit, role)])
    await bring(db, theUnits())
    expect(await places()).toEqual([])
  })
})

describe('who serves several compounds', () => {
  const garden = put('unit', 'garden', { code: 'garden', name: '花园小区', level: 'compound', parent_id: community })
  const itsGrid = put('unit', 'garden-1', { code: 'garden-1', name: '花园小区第1网格', level: 'grid', parent_id: 'garden' })
  const inGarden = { compound_id: 'garden', grid_id: 'garden-1' }
  const beside = [
    ...home(), garden, itsGrid, put('building', 'g3', { ...inGarden, name: '3号楼', entrances: 1, floors: 6 }),
    put('dwelling', 'g502', dwellingValue({ ...inGarden, building_id: 'g3' })),
  ]

  beforeEach(async () => {
    db = await uses('zhou', [post(community, 'community_worker')])
    await bring(db, beside)
  })

  test('reads of each building and each door in which compound it is', async () => {
    expect((await buildings()).map(({ name }) => name)).toEqual(['花园小区 3号楼', '幸福里小区 3号楼'])
    expect((await dwelling('g502'))?.building?.name).toBe('花园小区 3号楼')
    expect((await today()).due.map(({ label }) => label).sort()).toEqual(['幸福里小区 3号楼 1-502', '花园小区 3号楼 1-502'])
    expect((await search('3-1-502')).map(({ label }) => label).sort()).toEqual(['幸福里小区 3号楼 1-502', '花园小区 3号楼 1-502'])
  })

  test('reads of a case outdoors in which compound it is', async () => {
    await bring(db, [put('case', 'c1', caseValue({ ...inGarden, dwelling_id: null, place: { unit_id: 'garden-1', text: '健身广场' }, holder_id: community }))])
    expect(await cases('waiting')).toMatchObject([{ place_label: '花园小区 健身广场' }])
    expect(await caseById('c1')).toMatchObject({ place_label: '花园小区 健身广场' })
  })

  test('reads it once where the words of a door above the community say so already', async () => {
    db = await uses('zhao', [post(street, 'street_officer')])
    await bring(db, [...theUnits(), garden, itsGrid])
    await bring(db, [put('case', 'c1', caseValue({ ...inGarden, place: { unit_id: 'garden-1', text: '花园小区 3号楼 1单元' }, holder_id: street }))])
    expect(await cases('waiting')).toMatchObject([{ place_label: '花园小区 3号楼 1单元' }])
  })
})
