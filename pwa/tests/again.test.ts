import { beforeEach, describe, expect, test, vi } from 'vitest'
import { addResident, dismissRefusal, dwelling, openCase, outbox, recordVisit, visitById, written, type CaseForm, type OutboxRow, type ResidentForm, type VisitForm } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { home, put, visitForm, visitValue } from './community'
import { bring, uses } from './phone'

// The forms follow the present by listening to the page being looked at again
vi.stubGlobal('document', { addEventListener: () => undefined })
const { amendmentAgain, amendmentOf, changesOf, visitAgain, visitOf } = await import('../src/pages/visit/form')
const { caseAgain, caseOf, reporterOf } = await import('../src/pages/cases/form')
const { correctionAgain, entryAgain, residentOf, whoseEntry } = await import('../src/pages/dwelling/form')
const { correctionOf, retakingOf } = await import('../src/pages/me/ways')

let db: PersonDatabase

beforeEach(async () => {
  db = await uses('li')
  await bring(db, home())
})

async function there<T>(found: Promise<T | null>): Promise<T> {
  const value = await found
  if (value === null) throw new Error('not there')
  return value
}

describe('a form that is opened once more says all that was written', () => {
  test('of a visit', async () => {
    const form = visitForm({ occurred_at: '2026-11-20T02:00:00.000Z', met: ['r1'], needs: ['维修'], next_visit_on: '2026-12-01', kind: 'care' })
    await recordVisit(form)
    expect(visitOf(visitAgain(await there(written<VisitForm & { occurred_at: string }>(1))))).toEqual(form)
  })

  test('of a visit at a door that this phone does not know, but for where it was', async () => {
    await recordVisit(visitForm({ dwelling_id: 'elsewhere' }))
    const again = visitAgain(await there(written<VisitForm & { occurred_at: string }>(1)))
    expect(again).toMatchObject({ summary: '灯泡坏了', spot: { mode: 'dwelling', dwelling_id: '' } })
  })

  test.each([
    [null], [{ name: '王秀英', phone: '13800138817', relation: 'head' as const }], [{ name: '路人', phone: '', relation: 'other' as const }],
  ])('of a case that %j brought', async (reporter) => {
    const form: CaseForm = {
      kind: 'branch', title: '漏水', detail: '三楼', urgency: 'urgent', category: '公共设施', dwelling_id: 'd502', place: null, visit_id: 'v1', reporter, photos: [],
    }
    await bring(db, [put('visit', 'v1', visitValue())])
    await openCase(form)
    const { residents } = await there(dwelling('d502'))
    const again = caseAgain(await there(written<CaseForm & { id: string }>(1)), residents)
    expect(caseOf(again, reporterOf(again, residents.find(({ id }) => id === again.reporter_id)?.value))).toEqual(form)
  })

  test('of a correction, laid over the record as it is now', async () => {
    const id = await recordVisit(visitForm())
    const visit = await there(visitById(id))
    const again = amendmentAgain(visit, { changes: { summary: '灯管坏了' } })
    expect(again.looked).toEqual(amendmentOf(visit).looked)
    expect(changesOf(again)).toMatchObject({ summary: '灯管坏了', kind: 'routine' })
    const door = await there(dwelling('d502'))
    expect(correctionAgain(door, { changes: { floor: 6 } })).toMatchObject({ floor: '6', room: '502', looked: { value: { floor: 5 } } })
    const resident = door.residents[0] ?? null
    expect(residentOf(entryAgain(resident, { changes: { phone: '' } }))).toMatchObject({ name: '王秀英', phone: '', relation: 'head', birth_year: 1948 })
    expect(residentOf(entryAgain(null, { name: '李四' }))).toMatchObject({ name: '李四', phone: '', consented_on: null })
  })
})

test('somebody new whom the server refused is added once more, and not changed there', async () => {
  const id = await addResident('d502', { name: '李四', phone: '', relation: 'other', birth_year: null, care_needs: [], consented_on: null })
  const { residents: waiting } = await there(dwelling('d502'))
  expect(whoseEntry(waiting, id)).toMatchObject({ value: { name: '李四' } })
  await db.outbox.update(1, { state: 'refused' })
  const { residents } = await there(dwelling('d502'))
  expect(residents.map(({ value }) => value.name)).toContain('李四')
  const { args } = await there(written<ResidentForm>(1))
  expect(entryAgain(whoseEntry(residents, id), args)).toMatchObject({ looked: null, name: '李四' })
  expect(whoseEntry(residents, 'r1')).toMatchObject({ id: 'r1' })
})

test('a case names the visit that it comes of, but none that the server never took, with which it would be refused as well', async () => {
  const visit_id = await recordVisit(visitForm())
  const form: CaseForm = { kind: 'doorstep', title: '漏水', detail: '', urgency: 'normal', category: null, dwelling_id: 'd502', place: null, visit_id, reporter: null, photos: [] }
  const named = async (seq: number) => (await there(written<CaseForm>(seq))).args.visit_id
  await openCase(form)
  await db.outbox.update(1, { state: 'refused' })
  await openCase(form)
  await dismissRefusal(1)
  await openCase(form)
  expect([await named(2), await named(3), await named(4)]).toEqual([visit_id, null, null])
})

describe('the outbox leads', () => {
  const row = async (): Promise<OutboxRow> => {
    const [newest] = (await outbox()).rows
    if (!newest) throw new Error('nothing waits')
    return newest
  }

  test('from a visit that waits to its correction, which is a change of its own', async () => {
    const id = await recordVisit(visitForm())
    expect(correctionOf(await row())).toBe(`/visits/${id}`)
    await db.outbox.update(1, { state: 'sending', fresh: false })
    expect(correctionOf(await row())).toBe(`/visits/${id}`)
    await db.outbox.update(1, { state: 'received' })
    expect(correctionOf(await row())).toBeNull()
  })

  test('from a case to its form only while nobody has been given it', async () => {
    await openCase({ kind: 'doorstep', title: '漏水', detail: '', urgency: 'normal', category: null, dwelling_id: 'd502', place: null, visit_id: null, reporter: null, photos: [] })
    expect(correctionOf(await row())).toBe('/cases/new?again=1')
    await db.outbox.update(1, { fresh: false })
    expect(correctionOf(await row())).toBeNull()
  })

  test.each([
    ['visit.record', 'v1', '/visits/new?again=7'], ['visit.amend', 'v1', '/visits/v1?again=7'], ['case.note', 'c1', '/cases/c1?again=7'],
    ['dwelling.edit', 'd502', '/dwellings/d502?fix=dwelling&again=7'], ['resident.add', 'r1', '/dwellings/d502?fix=r1&again=7'],
    ['dwelling.add', 'd502', '/buildings/b3?add=1&again=7'], ['case.accept', 'c1', null], ['resident.remove', 'r1', null], ['conflict.settle', 'k1', null],
  ])('from a refused %s to the form with its words, if it has any', (name, id, path) => {
    const refused: OutboxRow = {
      seq: 7, id: 'm', name, at: '', where: 'refused', problem: 'invalid', receipt: null, title: { place: '', subject: '', words: '', fields: [] },
      record: { type: 'visit', id }, dwelling_id: 'd502', building_id: 'b3', fresh: false,
    }
    expect(retakingOf(refused)).toBe(path)
    expect(retakingOf({ ...refused, where: 'phone', problem: null })).toBeNull()
    expect(correctionOf(refused)).toBeNull()
  })
})
