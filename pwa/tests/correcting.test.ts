import { beforeEach, describe, expect, test, vi } from 'vitest'
import { amendVisit, cases, diary, dwelling, editDwelling, outbox, visitById } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { bring, search, uses } from './phone'
import { caseValue, grid, home, post, put, visitValue } from './community'

// The forms follow the present by listening to the page being looked at again
vi.stubGlobal('document', { addEventListener: () => undefined })
const { amendmentOf, changesOf, missingInAmendment } = await import('../src/pages/visit/form')
const { correctionOf, dwellingOf, missingInDwelling } = await import('../src/pages/dwelling/form')

let db: PersonDatabase

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T02:00:00.000Z'), toFake: ['Date'] })
  db = await uses('li')
  await bring(db, [...home(), put('visit', 'v1', visitValue({ occurred_at: '2026-11-20T02:00:31.250Z', needs: ['维修', '接送'], met: ['r1'] })), put('case', 'c1', caseValue())])
})

async function visit(id = 'v1') {
  const found = await visitById(id)
  if (!found) throw new Error('no such visit')
  return found
}

async function door() {
  const found = await dwelling('d502')
  if (!found) throw new Error('no such dwelling')
  return found
}

const sent = async () => (await db.outbox.toArray()).map(({ mutation, seen }) => ({ base: mutation.base, args: mutation.args, seen }))

describe('correcting a visit', () => {
  test('that is opened and saved again sends nothing, though the field shows its time to the minute', async () => {
    const draft = amendmentOf(await visit())
    await amendVisit(draft.looked, changesOf(draft))
    expect(await sent()).toEqual([])
  })

  test('sends what was mended, with the version and the words its author had before their eyes', async () => {
    const looked = await visit()
    const draft = { ...amendmentOf(looked), summary: '灯管坏了', needs: ['接送'], other_need: '送药' }
    await bring(db, [put('visit', 'v1', visitValue({ ...looked.value, kind: 'care' }))])
    await amendVisit(draft.looked, changesOf(draft))
    expect(await sent()).toEqual([{
      base: looked.version, args: { id: 'v1', changes: { summary: '灯管坏了', needs: ['接送', '送药'] } }, seen: { summary: '灯泡坏了', needs: ['维修', '接送'] },
    }])
    expect(await visit()).toMatchObject({ where: 'phone', value: { summary: '灯管坏了', needs: ['接送', '送药'], kind: 'care' } })
  })

  test('moves its time when that is changed, and never into the future', async () => {
    const draft = amendmentOf(await visit())
    const moved = new Date('2026-11-19T03:15:00.000Z')
    const field = new Date(moved.getTime() - moved.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
    expect(changesOf({ ...draft, occurred_at: field }).occurred_at).toBe('2026-11-19T03:15:00.000Z')
    expect(changesOf({ ...draft, occurred_at: '' }).occurred_at).toBe('2026-11-20T02:00:31.250Z')
    expect(missingInAmendment({ ...draft, occurred_at: '2026-12-01T09:00' })).toBe('visit.too_late')
    expect(missingInAmendment({ ...draft, summary: ' ', met: [], needs: [], photos: [] })).toBe('correct.empty')
  })

  test('leaves it at the place where it was, also away from any door', async () => {
    const place = { unit_id: grid, text: '东门花坛' }
    await bring(db, [put('visit', 'v2', visitValue({ dwelling_id: null, place }))])
    const draft = { ...amendmentOf(await visit('v2')), summary: '花坛已修好' }
    expect(missingInAmendment(draft)).toBe('')
    await amendVisit(draft.looked, changesOf(draft))
    expect(await visit('v2')).toMatchObject({ place_label: '东门花坛', value: { place, summary: '花坛已修好' } })
  })

  test('is for its author: to anybody else it is not their own', async () => {
    expect(await visit()).toMatchObject({ own: true })
    db = await uses('zhang', [post(grid, 'grid_worker')])
    await bring(db, [...home(), put('visit', 'v1', visitValue())])
    expect(await visit()).toMatchObject({ own: false })
    expect(await visitById('elsewhere')).toBeNull()
  })
})

describe('correcting a dwelling', () => {
  test('that is opened and saved again sends nothing', async () => {
    const draft = correctionOf(await door())
    await editDwelling(draft.looked, dwellingOf(draft))
    expect(await sent()).toEqual([])
  })

  test('changes what it is called in every list at once, without signal', async () => {
    const draft = { ...correctionOf(await door()), room: ' 503 ', floor: '-1', occupancy: 'tenant' as const, note: '敲重一点' }
    await editDwelling(draft.looked, dwellingOf(draft))
    expect(await door()).toMatchObject({ where: 'phone', value: { room: '503', floor: -1, occupancy: 'tenant', note: '敲重一点' } })
    const called = '3号楼 1-503'
    expect((await diary({ whose: 'mine', words: '1-503', kinds: {}, before: null })).days[0]?.entries).toMatchObject([{ place_label: called }])
    expect([await cases('waiting'), (await outbox()).rows, await search('秀英')]).toMatchObject([
      [{ place_label: called }], [{ name: 'dwelling.edit', title: { place: called } }], [{ label: called }],
    ])
    expect([await search('3-1-503'), await search('503'), await search('502')]).toMatchObject([[{ label: called }], [{ label: called }], []])
  })

  test.each([
    [{ room: ' ' }, 'correct.need_door'], [{ entrance: '' }, 'correct.need_door'], [{ floor: '' }, 'correct.need_floor'], [{ floor: '5.5' }, 'correct.need_floor'],
    [{ floor: '201' }, 'correct.need_floor'], [{ floor: '-20' }, ''],
  ])('with %j says %j', async (written, words) => {
    expect(missingInDwelling({ ...correctionOf(await door()), ...written })).toBe(words)
  })
})
