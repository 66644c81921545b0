import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { actOnCase, openCase } from '../src/data'
import { Shelf } from '../src/data/bundles'
import type { PersonDatabase } from '../src/data/db'
import { casesOf, MOST_MATTERS, searchableMatters, searchMatters } from '../src/data/later'
import { caseNumber } from '../src/rules/case_number'
import { caseValue, del, home, put } from './community'
import { bring, forgetEveryone, uses } from './phone'

let db: PersonDatabase

const idOf = (number: number) => `0198c0de-7a31-7b4c-9f21-${String(number).padStart(12, '0')}`
const matter = (number: number, title: string, more: Parameters<typeof caseValue>[0] = {}) => put('case', idOf(number), caseValue({ title, ...more }))

beforeEach(async () => {
  await forgetEveryone()
  db = await uses('li')
  await bring(db, [...home(), matter(1, '楼道灯不亮'), matter(2, '3号楼下水道堵了'), matter(3, '楼道堆放杂物', { state: 'closed' }), matter(4, '楼道 WiFi 箱漏水')])
})

afterEach(() => { vi.restoreAllMocks() })

/** The titles found by what somebody types. */
async function titles(text: string): Promise<string[]> {
  return (await casesOf(searchMatters(await searchableMatters(), text))).map(({ value }) => value.title)
}

test.each([
  ['下水道', ['3号楼下水道堵了']],
  ['漏水 楼道', ['楼道 WiFi 箱漏水']],
  ['wifi', ['楼道 WiFi 箱漏水']],
  ['xsd', ['3号楼下水道堵了']],
  ['楼道', ['楼道 WiFi 箱漏水', '楼道灯不亮', '楼道堆放杂物']],
  ['3号楼', ['3号楼下水道堵了']],
  ['燃气', []], ['', []], ['  ', []],
])('by the words %j are found, the open and newest first, %j', async (text, found) => {
  expect(await titles(text)).toEqual(found)
})

test('a case is found by its number as it is being typed, but by no room and no end of a phone number', async () => {
  const number = caseNumber(idOf(2))
  for (const text of [number, number.replaceAll('-', ' '), number.replaceAll('-', '').slice(-6)]) expect(await titles(text)).toContain('3号楼下水道堵了')
  for (const text of ['0002', '1-000', '2']) expect(await titles(text)).toEqual([])
})

test('a case is found before the server has heard of it, as it is called and stands now, and not once it is out of scope', async () => {
  const { kind, detail, urgency, category, visit_id, reporter, photos, dwelling_id } = caseValue()
  const id = await openCase({ kind, title: '井盖松动', detail, urgency, category, visit_id, reporter, photos, dwelling_id, place: null })
  expect(await casesOf(searchMatters(await searchableMatters(), caseNumber(id)))).toMatchObject([{ id, where: 'phone', place_label: '3号楼 1-502' }])
  await actOnCase(idOf(4), 'withdraw', { reason: '重复' })
  expect(await titles('楼道')).toEqual(['楼道灯不亮', '楼道 WiFi 箱漏水', '楼道堆放杂物'])
  await bring(db, [matter(1, '楼道灯修好了'), del('case', idOf(3))])
  expect(await titles('楼道')).toEqual(['楼道灯修好了', '楼道 WiFi 箱漏水'])
})

test('no letter reads the titles again, and a colleague’s change that one case alone', async () => {
  await titles('楼')
  const gone = vi.spyOn(Shelf.prototype, 'parts')
  const listed = await searchableMatters()
  const read = vi.spyOn(Shelf.prototype, 'some')
  for (const text of ['l', 'ld', 'ldd']) searchMatters(listed, text)
  expect(read).not.toHaveBeenCalled()
  await bring(db, [matter(5, '楼道灯又不亮')])
  expect(await titles('deng')).toEqual(['楼道灯又不亮', '楼道灯不亮'])
  expect(gone).not.toHaveBeenCalled()
})

test('no more are found than anybody looks through', async () => {
  await bring(db, Array.from({ length: 80 }, (_, at) => matter(100 + at, `第${at}盏楼道灯不亮`)))
  expect(searchMatters(await searchableMatters(), '灯')).toHaveLength(MOST_MATTERS)
})
