import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { DutyItem } from '../src/api/wire'
import type { PersonDatabase } from '../src/data/db'
import { departmentsOf, dutyItem, dutyItems, searchDutyItems } from '../src/data/duty_list'
import { noteProgress } from '../src/data/facts'
import { storedOf } from '../src/data/here'
import { dropBase } from '../src/data/drop_base'
import { BUNDLED, classifier, recogniser } from '../src/rules/duty'
import { likelyDuplicates } from '../src/rules/duplicates'
import { keepDutyListFresh } from '../src/sync/duty_list'
import { caseValue, grid, post } from './community'
import { accountOf, uses } from './phone'
import { Server } from './server'

const listed = (code: string, class_name: string, item: string, more: Partial<DutyItem> = {}): DutyItem => ({
  code, class_name, item, lead_department: '住建局', helping_departments: [], settle_hours: null, settle_working_days: 5,
  urgency: null, keywords: [], retired: false, ...more,
})

const LIST = [
  listed('0101', '公共设施', '楼道灯不亮', { lead_department: '物业公司', helping_departments: ['供电公司', '街道办事处'] }),
  listed('0102', '公共设施', '门禁坏了'),
  listed('0201', '给排水', '水管漏水', { keywords: ['爆管'], urgency: 'urgent', settle_hours: 4, settle_working_days: null }),
  listed('0202', '给排水', '楼上漏水渗水'),
  listed('0203', '给排水', '单元门口积水', { retired: true }),
  listed('0301', '电梯', '电梯故障停运', { lead_department: '市场监管局' }),
]

const codes = (items: readonly DutyItem[]) => items.map(({ code }) => code)

let server: Server
let db: PersonDatabase
const at = () => ({ db, me: accountOf('li', [post(grid, 'grid_worker')]) })
const exchanged = () => noteProgress(db, { lastContact: new Date().toISOString(), unreachable: false, problem: null })

async function fetched(items: DutyItem[] = LIST): Promise<void> {
  server.list = { items, tag: '"1"' }
  await exchanged()
  await keepDutyListFresh(at())
}

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-30T01:00:00.000Z'), toFake: ['Date'] })
  server = new Server()
  db = await uses('li')
})

describe('the duty list on a phone', () => {
  test('is what every phone has until the server gave one, and while the server has none', async () => {
    expect(await dutyItems()).toEqual(BUNDLED)
    await fetched([])
    expect(await dutyItems()).toEqual(BUNDLED)
  })

  test('is asked for again only once it is old, and then only told that it is the same', async () => {
    await fetched()
    vi.setSystemTime('2026-11-30T06:59:00.000Z')
    await keepDutyListFresh(at())
    expect(server.to('/duty-items', 'GET')).toHaveLength(1)
    vi.setSystemTime('2026-11-30T07:01:00.000Z')
    await keepDutyListFresh(at())
    await keepDutyListFresh(at())
    expect(server.to('/duty-items', 'GET').map(({ headers }) => headers.get('If-None-Match'))).toEqual([null, '"1"'])
    expect(codes(await dutyItems())).toEqual(codes(LIST))
  })

  test('is another once the server has another', async () => {
    await fetched()
    vi.setSystemTime('2026-11-30T07:01:00.000Z')
    server.list = { items: LIST.slice(0, 1), tag: '"2"' }
    await keepDutyListFresh(at())
    expect(codes(await dutyItems())).toEqual(['0101'])
  })

  test('stays without signal, and lies in the clear, for it names nobody', async () => {
    await fetched()
    server.signal = false
    vi.setSystemTime('2026-11-30T07:01:00.000Z')
    await keepDutyListFresh(at())
    expect(codes(await dutyItems())).toEqual(codes(LIST))
    expect((await storedOf('li').duty_list.get('mine'))?.items).toHaveLength(LIST.length)
  })

  test('of another person who signed in meanwhile is not kept, and all of it goes from a phone that was shut out', async () => {
    server.who = { ...server.who, id: 'wang' }
    await fetched()
    expect(await db.duty_list.count()).toBe(0)
    server.who = { ...server.who, id: 'li' }
    await fetched()
    await dropBase(storedOf('li'))
    expect(await dutyItems()).toEqual(BUNDLED)
  })
})

describe('an item is found', () => {
  beforeEach(async () => fetched())

  test.each([
    ['漏水', ['0201', '0202']], ['爆管', ['0201']], ['0301', ['0301']], ['电梯', ['0301']], ['没有的', []],
    ['ldd', ['0101']], ['dtgz', ['0301']], ['menjin', ['0102']],
  ])('by %j: %j', async (asked, found) => {
    expect(codes(await searchDutyItems(asked))).toEqual(found)
  })

  test('within one class, and never when the list has it no more', async () => {
    expect(codes(await searchDutyItems('', '给排水'))).toEqual(['0201', '0202'])
    expect(codes(await searchDutyItems('dymk'))).toEqual([])
  })

  test('by its code also after it was retired, for old cases name it', async () => {
    expect(await dutyItem('0203')).toMatchObject({ item: '单元门口积水' })
    expect(await dutyItem('公共设施')).toBeNull()
    expect(await dutyItem(null)).toBeNull()
  })
})

test('the departments of a case’s item are those of its list, the leading one first', async () => {
  await fetched()
  expect(await departmentsOf('0101')).toEqual(['物业公司', '供电公司', '街道办事处'])
  expect(await departmentsOf('公共设施')).toEqual([])
  expect(await departmentsOf(null)).toEqual([])
})

describe('the words of a matter suggest items', () => {
  const recognise = recogniser(LIST.filter(({ retired }) => !retired))

  test.each([
    ['楼道灯坏了不亮', '', '0101'], ['水管漏水', '', '0201'], ['家里爆管了', '', '0201'], ['楼上漏水', '', '0202'],
    ['电梯停运两天', '', '0301'], ['来看看', '门禁坏了', '0102'],
  ])('%j, %j: %s first', (title, detail, code) => {
    expect(recognise({ title, detail })[0]?.code).toBe(code)
  })

  test.each(['', '灯', '身体挺好'])('%j suggests nothing', (title) => {
    expect(recognise({ title, detail: '' })).toEqual([])
  })
})

test('a case of an item and one whose words point to its class are alike, and an old category stands for itself', () => {
  const classOf = classifier(LIST)
  expect(classOf({ title: '', detail: '', category: '0203' })).toBe('给排水')
  expect(classOf({ title: '', detail: '', category: '老类别' })).toBe('老类别')
  const near = { id: 'c', near: 'building' as const, value: caseValue({ title: '厨房地上有水', detail: '', category: '0201' }) }
  expect(likelyDuplicates({ title: '楼上漏水渗水', detail: '', category: null }, [near], classOf)).toEqual([near])
})
