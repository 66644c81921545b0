import Dexie from 'dexie'
import { describe, expect, test } from 'vitest'
import { openCase, recordVisit, syncState, actOnCase, draft, saveDraft, outbox, WordsMissing } from '../src/data'
import { PersonDatabase } from '../src/data/db'
import { keepPhoto } from '../src/data/photos'
import { forgetSettled, takeBatch } from '../src/data/batch'
import { countUnsent } from '../src/data/outbox'
import { setFact } from '../src/data/facts'
import { bring, uses } from './phone'
import { caseValue, home, put, visitForm } from './community'

const caseForm = {
  kind: 'doorstep' as const, title: '楼道灯不亮', detail: '', urgency: 'normal' as const, category: null,
  dwelling_id: 'd502', place: null, visit_id: null, reporter: null, photos: [],
}

describe('the outbox', () => {
  test('keeps a visit through a killed browser', async () => {
    await uses('li')
    const id = await recordVisit(visitForm({ summary: '电梯里写的' }))
    const afterRestart = new PersonDatabase('li')
    const [entry] = await afterRestart.outbox.toArray()
    expect(entry?.mutation).toMatchObject({ seq: 1, name: 'visit.record', args: { id, summary: '电梯里写的' } })
    afterRestart.close()
  })

  test('asks the browser to have each change on the disk before it counts as saved', async () => {
    const asked: unknown[] = []
    const real = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given: Parameters<typeof real>) {
      if (given[1] === 'readwrite') asked.push(given[2]?.durability)
      return real.apply(this, given)
    }
    await uses('newcomer')
    await recordVisit(visitForm())
    IDBDatabase.prototype.transaction = real
    expect(new Set(asked)).toEqual(new Set(['strict']))
  })

  test('gives places in the order of the taps, also to taps made at once', async () => {
    const db = await uses('li')
    const words = Array.from({ length: 20 }, (_, at) => `第${at}户`)
    await Promise.all(words.map((summary) => recordVisit(visitForm({ summary }))))
    const entries = await db.outbox.orderBy('seq').toArray()
    expect(entries.map(({ seq }) => seq)).toEqual(words.map((_, at) => at + 1))
    expect(entries.map(({ mutation }) => (mutation.args as { summary: string }).summary)).toEqual(words)
  })

  test('is handed over oldest first, at most so many at a time', async () => {
    const db = await uses('li')
    for (let at = 0; at < 5; at++) await recordVisit(visitForm())
    expect((await takeBatch(db, 3)).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect((await syncState()).unsent).toBe(5)
  })

  test('counts what waits and what is on its way', async () => {
    const db = await uses('li')
    await recordVisit(visitForm())
    await openCase(caseForm)
    await takeBatch(db, 1)
    expect(await countUnsent(db)).toBe(2)
  })

  test('drops the draft in the same moment as it saves the visit', async () => {
    await uses('li')
    await saveDraft('visit:d502', { summary: '灯泡' })
    await recordVisit(visitForm(), 'visit:d502')
    expect(await draft('visit:d502')).toBeNull()
  })

  test('saves nothing and keeps the draft when the disk is full', async () => {
    const db = await uses('li')
    await saveDraft('visit:d502', { summary: '灯泡' })
    const full = () => { throw new Dexie.QuotaExceededError('full') }
    db.outbox.hook('creating', full)
    await expect(recordVisit(visitForm(), 'visit:d502')).rejects.toThrow('full')
    db.outbox.hook('creating').unsubscribe(full)
    expect(await countUnsent(db)).toBe(0)
    expect(await draft('visit:d502')).toEqual({ summary: '灯泡' })
    await recordVisit(visitForm())
    expect((await db.outbox.toArray()).map(({ seq }) => seq)).toEqual([1])
  })

  test('lets a photo wait to be sent only once a saved record names it', async () => {
    const db = await uses('li')
    const sha256 = await keepPhoto(new Blob(['photo'], { type: 'image/jpeg' }))
    expect((await syncState()).photosUnsent).toBe(0)
    await recordVisit(visitForm({ photos: [sha256] }))
    expect((await syncState()).photosUnsent).toBe(1)
    expect((await db.photo.get(sha256))?.bytes.byteLength).toBe(5)
  })

  test('names the version of the case the worker was looking at', async () => {
    const db = await uses('li')
    const shownCase = put('case', 'c1', caseValue())
    await bring(db, [...home(), shownCase])
    await actOnCase('c1', 'escalate', { reason: '要换线路' })
    const [entry] = await db.outbox.toArray()
    expect(entry?.mutation).toMatchObject({ name: 'case.escalate', base: shownCase.version, args: { id: 'c1', reason: '要换线路' } })
  })

  test('takes no escalation without a reason', async () => {
    await uses('li')
    await expect(actOnCase('c1', 'escalate', { reason: ' ' })).rejects.toThrow(WordsMissing)
    expect((await syncState()).unsent).toBe(0)
  })

  test('says in words what waits: where, what, and the author’s own words', async () => {
    const db = await uses('li')
    await bring(db, [...home(), put('case', 'c1', caseValue({ title: '楼道灯不亮' }))])
    await recordVisit(visitForm({ summary: '一切都好' }))
    await actOnCase('c1', 'escalate', { reason: '要换线路' })
    const { rows } = await outbox()
    expect(rows.map(({ name, title, where }) => ({ name, title, where }))).toEqual([
      { name: 'case.escalate', title: { place: '3号楼 1-502', subject: '楼道灯不亮', words: '要换线路', fields: [] }, where: 'phone' },
      { name: 'visit.record', title: { place: '3号楼 1-502', subject: '', words: '一切都好', fields: [] }, where: 'phone' },
    ])
  })

  test('forgets only what was settled long ago', async () => {
    const db = await uses('li')
    await recordVisit(visitForm())
    await recordVisit(visitForm())
    await db.outbox.update(1, { state: 'settled' })
    await setFact(db, 'seq', 4000)
    await forgetSettled(db)
    expect((await db.outbox.toArray()).map(({ seq }) => seq)).toEqual([2])
  })
})
