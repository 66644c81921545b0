import { beforeEach, describe, expect, test } from 'vitest'
import { addDwelling, addResident, amendVisit, buildings, conflicts, dwelling, dwellingsOf, editDwelling, editResident, outbox, removeResident, settleConflict, syncState, today } from '../src/data'
import type { PatchEntry, Verdict } from '../src/api/wire'
import type { PersonDatabase } from '../src/data/db'
import { takeBatch } from '../src/data/batch'
import { keepPhoto } from '../src/data/photos'
import { bring, search, uses } from './phone'
import { community, compound, conflictValue, del, dwellingValue, grid, home, post, put, residentValue, visitValue } from './community'

let db: PersonDatabase

beforeEach(async () => {
  db = await uses('li')
  await bring(db, home())
})

const resident = async (id = 'r1') => {
  const found = (await dwelling('d502'))?.residents.find((one) => one.id === id)
  if (!found) throw new Error('nobody there')
  return found
}

const phoneOf = async () => (await resident()).value.phone

/** The server judges the oldest unjudged mutation and answers with this page. */
async function judged(patch: PatchEntry[], more = false, verdict: Partial<Verdict> = {}): Promise<void> {
  const [one] = await takeBatch(db, 1)
  await bring(db, patch, [{ id: one?.id ?? '', seq: one?.seq ?? 0, verdict: 'applied', code: null, detail: null, receipt: '8F3K-22QD', ...verdict }], more)
}

describe('an edit', () => {
  test('carries the version the worker was looking at, though a newer one came while they were typing', async () => {
    const looked = await resident()
    await bring(db, [put('resident', 'r1', residentValue({ name: '王秀兰' }))])
    await editResident(looked, { phone: '13900000001' })
    const [entry] = await db.outbox.toArray()
    expect(entry?.mutation).toMatchObject({ name: 'resident.edit', base: looked.version, args: { id: 'r1', changes: { phone: '13900000001' } } })
  })

  test('sends only what differs, and nothing where nothing does', async () => {
    await editResident(await resident(), { name: '王秀英', phone: '13800138817', relation: 'head', care_needs: [] })
    expect(await db.outbox.count()).toBe(0)
  })

  test('is shown at once, with the mark that it is on this phone', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    expect(await resident()).toMatchObject({ where: 'phone', version: expect.any(Number), value: { phone: '13900000001', name: '王秀英' } })
  })

  test('does not flicker back between its verdict and its effect on a later page (L3, L7)', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    await judged([], true)
    expect(await phoneOf()).toBe('13900000001')
    await bring(db, [put('resident', 'r1', residentValue({ phone: '13900000001' }))], [], true)
    expect(await phoneOf()).toBe('13900000001')
  })

  test('that came back merged with a later one is not replayed over it, while more pages are on their way', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    await judged([put('resident', 'r1', residentValue({ phone: '13900000002' }))], true, { verdict: 'merged' })
    expect(await phoneOf()).toBe('13900000002')
  })

  test('made while the first answer was on its way is shown over it', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    const [first] = await takeBatch(db, 1)
    await editResident(await resident(), { phone: '13900000003' })
    const verdict = { id: first?.id ?? '', seq: 1, verdict: 'applied' as const, code: null, detail: null, receipt: 'A' }
    await bring(db, [put('resident', 'r1', residentValue({ phone: '13900000001' }))], [verdict])
    expect(await resident()).toMatchObject({ where: 'phone', value: { phone: '13900000003' } })
  })

  test('of a set keeps what somebody else put in meanwhile, and takes out what its author took out', async () => {
    await bring(db, [put('resident', 'r1', residentValue({ care_needs: ['disabled'] }))])
    await editResident(await resident(), { care_needs: ['living_alone'] })
    await editResident(await resident(), { care_needs: ['living_alone', 'pregnant'] })
    await bring(db, [put('resident', 'r1', residentValue({ care_needs: ['disabled', 'low_income'] }))])
    expect((await resident()).value.care_needs).toEqual(['low_income', 'living_alone', 'pregnant'])
  })

  test('that the server refused is no longer shown as done, and says why', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    await judged([], false, { verdict: 'rejected', code: 'not_found' })
    expect(await resident()).toMatchObject({ where: 'refused', problem: 'not_found', value: { phone: '13800138817' } })
    expect((await outbox()).rows).toMatchObject([{ name: 'resident.edit', problem: 'not_found', title: { place: '3号楼 1-502', subject: '王秀英' } }])
  })

  test('of somebody removed meanwhile says so', async () => {
    await editResident(await resident(), { phone: '13900000001' })
    await judged([del('resident', 'r1')], false, { verdict: 'superseded' })
    expect((await outbox()).rows).toMatchObject([{ where: 'refused', problem: 'record_removed' }])
  })

  test('of a dwelling moves its door in the building at once', async () => {
    const page = await dwelling('d502')
    if (page) await editDwelling(page, { room: '503', note: '敲重一点' })
    expect(await dwellingsOf('b3')).toMatchObject([{ room: '503' }])
  })

  test('of a visit counts for when the door is due, also where it is no longer the newest', async () => {
    await bring(db, [put('visit', 'v1', visitValue()), put('visit', 'v0', visitValue({ occurred_at: '2026-05-10T02:00:00.000Z' }))])
    const [newest] = (await dwelling('d502'))?.visits ?? []
    if (newest) await amendVisit(newest, { occurred_at: '2026-05-01T02:00:00.000Z' })
    expect((await today()).due).toMatchObject([{ last_visited_on: '2026-05-10' }])
  })

  test('of a visit claims the photos it adds', async () => {
    await bring(db, [put('visit', 'v1', visitValue())])
    const [visit] = (await dwelling('d502'))?.visits ?? []
    const sha256 = await keepPhoto(new Blob(['x'], { type: 'image/jpeg' }))
    if (visit) await amendVisit(visit, { photos: [sha256] })
    expect((await syncState()).photosUnsent).toBe(1)
  })
})

describe('a door', () => {
  const form = { entrance: '1', floor: 5, room: '503', occupancy: 'unknown' as const, note: '' }

  test('added on the landing is in the matrix, found and visited at once, and known once the server has it', async () => {
    const id = await addDwelling('b3', form)
    expect(await dwellingsOf('b3')).toContainEqual({ id, entrance: '1', floor: 5, room: '503', visited_lately: false, open_cases: 0, due: true })
    expect(await dwelling(id)).toMatchObject({ where: 'phone', version: null, value: { grid_id: grid, building_id: 'b3' } })
    expect(await search('503')).toMatchObject([{ dwelling_id: id }])
    expect((await outbox()).rows).toMatchObject([{ name: 'dwelling.add', building_id: 'b3', title: { place: '3号楼 1-503' } }])
    await judged([put('dwelling', id, dwellingValue({ room: '503' }))])
    expect(await dwelling(id)).toMatchObject({ where: 'received' })
  })
})

describe('people', () => {
  const form = { name: '赵小兰', phone: '13911112222', relation: 'child' as const, birth_year: null, care_needs: [], consented_on: null }

  test('added in a lift are there at once, can be found, and are known once the server has them', async () => {
    const id = await addResident('d502', form)
    expect(await resident(id)).toMatchObject({ where: 'phone', version: null, value: { grid_id: grid, dwelling_id: 'd502' } })
    expect(await search('小兰')).toMatchObject([{ dwelling_id: 'd502', names: ['王秀英', '赵小兰'] }])
    await judged([put('resident', id, residentValue({ name: '赵小兰' }))])
    expect(await resident(id)).toMatchObject({ where: 'received' })
  })

  test('corrected are found by their new name only', async () => {
    await editResident(await resident(), { name: '王秀兰' })
    expect([await search('秀兰'), await search('秀英')]).toMatchObject([[{ names: ['王秀兰'] }], []])
  })

  test('added and corrected before anything was sent are sent as two intentions', async () => {
    const id = await addResident('d502', form)
    await editResident(await resident(id), { phone: '13900000009' })
    expect((await resident(id)).value.phone).toBe('13900000009')
    expect((await db.outbox.toArray()).map(({ mutation }) => [mutation.name, mutation.base])).toEqual([['resident.add', null], ['resident.edit', null]])
  })

  test('removed are gone from the page, the search and the care that is due, and stay gone', async () => {
    await bring(db, [put('resident', 'r1', residentValue({ care_needs: ['living_alone'] })), put('visit', 'v1', visitValue({ occurred_at: '2026-09-20T02:00:00.000Z' }))])
    await removeResident(await resident())
    expect((await dwelling('d502'))?.residents).toEqual([])
    expect(await search('秀英')).toEqual([])
    await judged([], true)
    expect((await dwelling('d502'))?.residents).toEqual([])
    await bring(db, [del('resident', 'r1')])
    expect((await dwelling('d502'))?.residents).toEqual([])
    expect(await buildings()).toHaveLength(1)
  })
})

describe('a conflict', () => {
  test('shows both values, whose they are, and what may be kept', async () => {
    await bring(db, [put('conflict', 'k1', conflictValue())])
    expect(await conflicts()).toMatchObject([{
      id: 'k1', name: '王秀英', place: '3号楼 1-502', field: 'phone', removed: false, choices: ['mine', 'theirs', 'both'],
      mine: { name: '李明', value: '13900000001', own: true }, theirs: { name: '张伟', value: '13800138817', own: false },
    }])
    expect((await syncState()).conflicts).toBe(1)
  })

  test.each([
    ['mine', '13900000001'], ['theirs', '13800138817'], ['both', '13900000001 / 13800138817'],
  ] as const)('settled with %s shows %s and waits for nobody any more', async (keep, shown) => {
    await bring(db, [put('conflict', 'k1', conflictValue())])
    await settleConflict('k1', keep)
    expect([await phoneOf(), await conflicts(), (await syncState()).conflicts]).toEqual([shown, [], 0])
  })

  test('about somebody who was removed leaves one choice', async () => {
    await bring(db, [del('resident', 'r1'), put('conflict', 'k1', conflictValue({ against: 'removal' }))])
    expect(await conflicts()).toMatchObject([{ removed: true, choices: ['theirs'], name: '' }])
  })

  test('about somebody who was removed by who had seen both values leaves one choice', async () => {
    await bring(db, [put('conflict', 'k1', conflictValue())])
    await removeResident(await resident())
    expect(await conflicts()).toMatchObject([{ choices: ['theirs'], name: '' }])
    await bring(db, [del('resident', 'r1')])
    expect(await conflicts()).toMatchObject([{ choices: ['theirs'], name: '' }])
  })

  test('over a field without room for two has no third choice', async () => {
    await bring(db, [put('conflict', 'k1', conflictValue({ field: 'relation' }))])
    expect(await conflicts()).toMatchObject([{ choices: ['mine', 'theirs'] }])
  })

  test('over a value that somebody emptied has no third choice', async () => {
    const emptied = { ...conflictValue().mine, value: '' }
    await bring(db, [put('conflict', 'k1', conflictValue({ mine: emptied }))])
    expect(await conflicts()).toMatchObject([{ choices: ['mine', 'theirs'] }])
  })

  test('is for its authors and those who lead the compound or the community, and for nobody else', async () => {
    const waits = async (id: string, unit: string, role: string) => {
      db = await uses(id, [post(unit, role)])
      await bring(db, [...home(), put('conflict', 'k1', conflictValue())])
      return (await conflicts()).length
    }
    expect(await waits('zhang', grid, 'grid_worker')).toBe(1)
    expect(await waits('wu', grid, 'grid_leader')).toBe(0)
    expect(await waits('secretary', compound, 'branch_secretary')).toBe(1)
    expect(await waits('boss', community, 'community_secretary')).toBe(1)
    expect(await waits('clerk', community, 'community_worker')).toBe(0)
  })

  test('that was settled elsewhere first says so, and is over', async () => {
    await bring(db, [put('conflict', 'k1', conflictValue())])
    await settleConflict('k1', 'mine')
    await judged([put('conflict', 'k1', conflictValue({ state: 'settled', settled_by: 'zhang' }))], false, { verdict: 'superseded' })
    expect([await phoneOf(), await conflicts()]).toEqual(['13800138817', []])
    expect((await outbox()).rows).toMatchObject([{ where: 'refused', problem: 'settled_already' }])
  })

  test('whose tap the server refused waits again', async () => {
    await bring(db, [put('conflict', 'k1', conflictValue())])
    await settleConflict('k1', 'mine')
    await judged([], false, { verdict: 'rejected', code: 'not_allowed' })
    expect(await conflicts()).toHaveLength(1)
  })
})

test('a dwelling’s note is the author’s own text until the server has put both together', async () => {
  const page = await dwelling('d502')
  if (page) await editDwelling(page, { note: '有狗' })
  await bring(db, [put('dwelling', 'd502', dwellingValue({ note: '门铃坏了' }))])
  expect((await dwelling('d502'))?.value.note).toBe('有狗')
})
