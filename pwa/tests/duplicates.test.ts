import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Case } from '../src/api/records'
import { actOnCase, openCase } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { casesNear, joinable } from '../src/data/later'
import { likelyDuplicates, type Nearness } from '../src/rules/duplicates'
import { building, caseValue, compound, dwellingValue, grid, home, otherGrid, put } from './community'
import { bring, forgetEveryone, uses } from './phone'

const near = (id: string, where: Nearness, more: Partial<Case> = {}) => ({ id, near: where, value: caseValue({ detail: '', ...more }) })
const matter = (title: string, category: string | null = null, detail = '') => ({ title, detail, category })
const ids = (found: { id: string }[]) => found.map(({ id }) => id)

describe('a new case may repeat', () => {
  test('one near it in like words, the same dwelling first', () => {
    const around = [near('outdoors', 'grounds'), near('next door', 'building'), near('here', 'dwelling')]
    expect(ids(likelyDuplicates(matter('楼道灯不亮了'), around))).toEqual(['here', 'next door'])
    expect(ids(likelyDuplicates(matter('楼道灯不亮了'), around.slice(0, 2)))).toEqual(['next door', 'outdoors'])
  })

  test('one of the same class in its building, in whatever words', () => {
    const around = [near('drain', 'building', { title: '厨房返水' }), near('lift', 'building', { title: '电梯停运' })]
    expect(ids(likelyDuplicates(matter('水管漏水'), around))).toEqual(['drain'])
    expect(ids(likelyDuplicates(matter('来看看', '电梯'), around))).toEqual(['lift'])
  })

  test('outdoors only one in much the same words', () => {
    const around = [near('same', 'grounds', { title: '中心花园垃圾没人清' }), near('other', 'grounds', { title: '北门装修垃圾' })]
    expect(ids(likelyDuplicates(matter('花园垃圾没人清'), around))).toEqual(['same'])
  })

  test('by the details too', () => {
    const around = [near('c', 'building', { title: '邻居反映', detail: '二楼住户半夜敲打暖气管' })]
    expect(ids(likelyDuplicates(matter('来访', null, '半夜敲打暖气管'), around))).toEqual(['c'])
  })

  test('two at most, the likest first', () => {
    const around = ['楼道灯', '楼道灯不亮', '楼道灯坏了', '灯不亮'].map((title) => near(title, 'building', { title }))
    expect(ids(likelyDuplicates(matter('楼道灯不亮'), around))).toEqual(['楼道灯不亮', '楼道灯'])
  })

  test('nothing while nothing is written', () => {
    expect(likelyDuplicates(matter(''), [near('here', 'dwelling')])).toEqual([])
  })
})

describe('around a dwelling', () => {
  let db: PersonDatabase

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-24T01:00:00.000Z') })
    await forgetEveryone()
    db = await uses('li')
    await bring(db, [...home(), put('dwelling', 'd504', dwellingValue({ room: '504' })), building('b4', '4号楼'), put('dwelling', 'd4', dwellingValue({ building_id: 'b4' }))])
  })

  const around = async (dwelling: string, unit = '') => (await casesNear(dwelling, unit)).map(({ id, near: where }) => [id, where])

  test('are the cases of the dwelling, of its building, and of the grounds; no other building’s', async () => {
    const outdoors = { dwelling_id: null, place: { unit_id: grid, text: '中心花园' } }
    await bring(db, [
      put('case', 'own', caseValue()), put('case', 'next', caseValue({ dwelling_id: 'd504', state: 'accepted' })),
      put('case', 'far', caseValue({ dwelling_id: 'd4' })), put('case', 'out', caseValue(outdoors)),
    ])
    expect(await around('d502')).toEqual([['own', 'dwelling'], ['out', 'grounds'], ['next', 'building']])
    expect(await around('', grid)).toEqual([['out', 'grounds']])
    expect(await around('', compound)).toEqual([['out', 'grounds']])
    expect(await around('', otherGrid)).toEqual([])
    expect(await around('', '')).toEqual([])
  })

  test('are those settled lately, but none settled long ago, merged or withdrawn', async () => {
    const long = { state: 'resolved' as const, opened_at: '2026-10-01T02:00:00.000Z' }
    await bring(db, [
      put('case', 'lately', caseValue({ state: 'resolved' })), put('case', 'long', caseValue(long)), put('case', 'old', caseValue({ ...long, state: 'open' })),
      put('case', 'gone', caseValue({ state: 'withdrawn' })), put('case', 'joined', caseValue({ state: 'merged' })),
    ])
    expect(await around('d502')).toEqual([['old', 'dwelling'], ['lately', 'dwelling']])
  })

  test('is what this phone has opened in a lift, and as it stands after what was done on it', async () => {
    const { kind, title, detail, urgency, category, visit_id, reporter, photos } = caseValue()
    const id = await openCase({ kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id: 'd504', place: null })
    await actOnCase(id, 'accept', {})
    expect(await casesNear('d502', '')).toMatchObject([{ id, near: 'building', place_label: '3号楼 1-504', value: { state: 'accepted' } }])
  })

  test('is none that the server refused to open: nothing can be joined to it, and it is written once more', async () => {
    const { kind, title, detail, urgency, category, visit_id, reporter, photos } = caseValue()
    await bring(db, [put('case', 'own', caseValue())])
    await openCase({ kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id: 'd502', place: null })
    expect(await joinable('own', caseValue())).toHaveLength(1)
    await db.outbox.update(1, { state: 'refused' })
    expect([await around('d502'), await joinable('own', caseValue())]).toEqual([[['own', 'dwelling']], []])
  })
})
