import { beforeEach, describe, expect, test, vi } from 'vitest'
import { addResident, amendVisit, diary, diaryOn, dwelling, recordVisit, removeResident, type DiaryAsk, type DiaryPart } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { Shelf } from '../src/data/bundles'
import { bring, uses } from './phone'
import { grid, home, put, residentValue, visitForm, visitValue } from './community'

let db: PersonDatabase

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T02:00:00.000Z'), toFake: ['Date'] })
  db = await uses('li')
  await bring(db, home())
})

const read = async (asked: Partial<DiaryAsk> = {}) => diary({ whose: 'whole', words: '', kinds: {}, before: null, ...asked })

const idsOf = ({ days }: DiaryPart) => days.map(({ day, entries }) => [day, entries.map(({ id }) => id)])

const on = (day: string, id: string, more: Parameters<typeof visitValue>[0] = {}) =>
  put('visit', id, visitValue({ occurred_at: `${day}T02:00:00.000Z`, ...more }))

/** One visit on each of so many days, the newest on 20 November. */
const daily = (count: number) =>
  Array.from({ length: count }, (_, at) => on(new Date(Date.parse('2026-11-20') - at * 86_400_000).toISOString().slice(0, 10), `v${at}`))

describe('the diary', () => {
  test('goes by day in China, newest first, with what was saved without signal in its place', async () => {
    await bring(db, [on('2026-11-20', 'v1'), on('2026-11-22', 'v2'), put('visit', 'late', visitValue({ occurred_at: '2026-11-20T16:30:00.000Z' }))])
    const today = await recordVisit(visitForm())
    const before = await recordVisit(visitForm({ occurred_at: '2026-11-20T03:00:00.000Z' }))
    expect(idsOf(await read())).toEqual([
      ['2026-11-24', [today]], ['2026-11-22', ['v2']], ['2026-11-21', ['late']], ['2026-11-20', [before, 'v1']],
    ])
    expect((await read()).days[0]?.entries).toMatchObject([{ where: 'phone', own: true, place_label: '3号楼 1-502' }])
  })

  test('is mine alone, or the whole grid’s', async () => {
    await bring(db, [on('2026-11-20', 'mine'), on('2026-11-20', 'mates', { visitor_id: 'zhang', visitor_name: '张伟' })])
    expect(idsOf(await read({ whose: 'mine' }))).toEqual([['2026-11-20', ['mine']]])
    expect(idsOf(await read())).toEqual([['2026-11-20', ['mine', 'mates']]])
  })

  test('is handed on by whole days, whatever is looked for', async () => {
    await bring(db, [on('2026-11-20', 'mine'), on('2026-11-20', 'mates', { visitor_id: 'zhang', visitor_name: '张伟' }), on('2026-11-21', 'later')])
    expect((await diaryOn('2026-11-20', 'whole')).map(({ id }) => id)).toEqual(['mine', 'mates'])
    expect((await diaryOn('2026-11-20', 'mine')).map(({ id }) => id)).toEqual(['mine'])
  })

  test('names the place in words where a visit was at none of the doors', async () => {
    await bring(db, [on('2026-11-20', 'v1', { dwelling_id: null, place: { unit_id: grid, text: '东门花坛' } })])
    expect((await read()).days[0]?.entries).toMatchObject([{ place_label: '东门花坛' }])
  })

  test('follows a visit that its author moves to another day, in both directions', async () => {
    await bring(db, [on('2026-11-20', 'v1')])
    const [visit] = (await dwelling('d502'))?.visits ?? []
    if (visit) await amendVisit(visit, { occurred_at: '2026-11-18T02:00:00.000Z' })
    expect(idsOf(await read())).toEqual([['2026-11-18', ['v1']]])
  })

  test('goes on from where a part ended, until nothing is left', async () => {
    await bring(db, daily(70))
    const first = await read()
    expect([first.days.length, first.next]).toEqual([31, '2026-10-21'])
    const second = await read({ before: first.next })
    expect([second.days[0]?.day, second.next]).toEqual(['2026-10-20', '2026-09-20'])
    expect(await read({ before: second.next })).toMatchObject({ days: { length: 8 }, next: null })
  })

  test('ends a part with the day that brings enough', async () => {
    await bring(db, [...daily(3), ...Array.from({ length: 25 }, (_, at) => on('2026-11-19', `m${at}`))])
    expect(await read()).toMatchObject({ days: [{ day: '2026-11-20' }, { day: '2026-11-19' }, { day: '2026-11-18' }], next: null })
    expect((await read({ before: '2026-11-20' })).next).toBe('2026-11-19')
  })

  test('of years of visits reads only some days', async () => {
    await bring(db, daily(400))
    const asked = vi.spyOn(Shelf.prototype, 'tagged')
    await read({ words: '没有人说过' })
    const held = await Promise.all(asked.mock.results.map(async ({ value }) => value as Promise<unknown[]>))
    asked.mockRestore()
    expect(held.flat()).toHaveLength(31)
  })
})

describe('searching the diary', () => {
  beforeEach(() => bring(db, [
    on('2026-11-20', 'lamp', { met: ['r1'] }), on('2026-11-19', 'leak', { summary: '厨房漏水，WiFi也断了', needs: ['维修'], visitor_name: '张伟', visitor_id: 'zhang' }),
  ]))

  test.each([
    ['灯泡', ['lamp']], ['秀英', ['lamp']], ['张伟', ['leak']], ['wifi', ['leak']], ['维修', ['leak']], ['1-502', ['lamp', 'leak']],
    [' 漏水  张伟 ', ['leak']], ['漏水 灯泡', []], ['没有的话', []],
  ])('%j finds %j', async (words, ids) => {
    expect((await read({ words })).days.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual(ids)
  })

  test('finds a name that only this phone knows yet, and no more one that was removed', async () => {
    const id = await addResident('d502', { name: '赵小兰', phone: '', relation: 'child', birth_year: null, care_needs: [], consented_on: null })
    await recordVisit(visitForm({ met: [id] }))
    expect((await read({ words: '小兰' })).days).toHaveLength(1)
    const [someone] = (await dwelling('d502'))?.residents.filter((one) => one.id === 'r1') ?? []
    if (someone) await removeResident(someone)
    expect(await read({ words: '秀英' })).toEqual({ days: [], next: null })
  })

  test('goes back over days without a hit, so far and no farther at a time', async () => {
    await bring(db, [...daily(40), on('2026-09-01', 'old', { summary: '修好了水表', met: ['r1'] }), put('resident', 'r1', residentValue())])
    const first = await read({ words: '水表' })
    expect(first.days).toEqual([])
    expect(idsOf(await read({ words: '水表', before: first.next }))).toEqual([['2026-09-01', ['old']]])
  })
})
