import { beforeEach, describe, expect, test } from 'vitest'
import { actOnCase, AlreadySent, draft, openCase, outbox, recordVisit, reword, saveDraft, syncState, written, type CaseForm } from '../src/data'
import { takeBatch } from '../src/data/batch'
import type { PersonDatabase } from '../src/data/db'
import { storedOf } from '../src/data/here'
import { workToGive } from '../src/data/leaving'
import { release } from '../src/data/outbox'
import { keepPhoto } from '../src/data/photos'
import { caseValue, home, put, visitForm } from './community'
import { bring, uses } from './phone'

const caseForm = (more: Partial<CaseForm> = {}): CaseForm => ({
  kind: 'doorstep', title: '楼道灯不亮', detail: '', urgency: 'normal', category: null,
  dwelling_id: 'd502', place: null, visit_id: null, reporter: null, photos: [], ...more,
})

let db: PersonDatabase

beforeEach(async () => {
  db = await uses('li')
  await bring(db, home())
})

const mutations = async () => (await db.outbox.toArray()).map(({ mutation }) => mutation)

describe('a case that nobody has been given yet', () => {
  test('is put in other words at its own place, as the same case', async () => {
    const id = await openCase(caseForm())
    await saveDraft('case', { title: '楼道' })
    const [before] = await mutations()
    expect(await reword(1, caseForm({ title: '电梯不动', urgency: 'urgent' }), 'case')).toBe(id)
    expect(await mutations()).toEqual([{ ...before, args: { ...before?.args, title: '电梯不动', urgency: 'urgent' } }])
    expect((await outbox()).rows).toMatchObject([{ title: { subject: '电梯不动' }, where: 'phone', fresh: true }])
    expect(await draft('case')).toBeNull()
  })

  test('names the photos it was given last, and the others stay unsent', async () => {
    const photo = (words: string) => keepPhoto(new Blob([words], { type: 'image/jpeg' }))
    const [first, second] = [await photo('first'), await photo('second')]
    await openCase(caseForm({ photos: [first] }))
    await reword(1, caseForm({ photos: [second] }), 'case')
    expect([(await db.photo.get(first))?.state, (await db.photo.get(second))?.state]).toEqual(['kept', 'waiting'])
    expect((await syncState()).photosUnsent).toBe(1)
  })

  test.each(['waiting', 'handed', 'settled'] as const)('keeps a photo waiting that a visit names as well, though its words be %s', async (state) => {
    const sha256 = await keepPhoto(new Blob(['photo'], { type: 'image/jpeg' }))
    await openCase(caseForm({ photos: [sha256] }))
    await recordVisit(visitForm({ photos: [sha256] }))
    await db.outbox.update(2, { state })
    await reword(1, caseForm(), 'case')
    expect((await db.photo.get(sha256))?.state).toBe('waiting')
  })
})

describe('what may have been sent stays as it is', () => {
  const asItIs = async () => {
    const before = await mutations()
    await saveDraft('case', { title: '电梯不动' })
    await expect(reword(1, caseForm({ title: '电梯不动' }), 'case')).rejects.toThrow(AlreadySent)
    expect(await mutations()).toEqual(before)
    expect(await draft('case')).toEqual({ title: '电梯不动' })
    expect((await outbox()).rows).toMatchObject([{ fresh: false }])
  }

  test('also when the exchange that carried it ended without an answer', async () => {
    await openCase(caseForm())
    await takeBatch(db, 1)
    await release(db)
    await asItIs()
  })

  test('also when a file carries it', async () => {
    await openCase(caseForm())
    await workToGive(storedOf('li'))
    await asItIs()
  })

  test('also when an older app saved it, which kept no note of that', async () => {
    await openCase(caseForm())
    await db.outbox.toCollection().modify((entry) => { delete entry.fresh })
    await asItIs()
  })
})

test('words that were refused are found again as they were written, with where they belong', async () => {
  await recordVisit(visitForm({ summary: '灯泡坏了' }))
  await db.outbox.update(1, { state: 'refused', fresh: false })
  expect(await written(1)).toMatchObject({ name: 'visit.record', args: { summary: '灯泡坏了' }, label: '3号楼 1-502' })
  expect(await reword(1, visitForm(), 'visit')).toBeNull()
  expect(await written(2)).toBeNull()
})

test('the reason of an escalation nobody was given yet is put otherwise', async () => {
  await bring(db, [put('case', 'c1', caseValue())])
  await actOnCase('c1', 'escalate', { reason: '要换线路' })
  expect(await reword(1, { reason: '要换总闸' }, 'act')).toBe('c1')
  expect((await outbox()).rows).toMatchObject([{ title: { words: '要换总闸' } }])
})
