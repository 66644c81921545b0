import { describe, expect, test } from 'vitest'
import { actOnCase, caseById, dismissRefusal, dwelling, outbox, recordVisit, syncState } from '../src/data'
import type { ExchangeAnswer, Verdict, VerdictName } from '../src/api/wire'
import { takeAnswer } from '../src/data/answer'
import type { PersonDatabase } from '../src/data/db'
import { fact } from '../src/data/facts'
import { takeBatch } from '../src/data/batch'
import { bring, digests, uses } from './phone'
import { caseValue, del, dwellingValue, eventValue, home, put, residentValue, visitForm, visitValue } from './community'

const NOW = Date.parse('2026-11-24T00:00:00.000Z')

function answer(more: Partial<ExchangeAnswer>): ExchangeAnswer {
  return { now: new Date(NOW).toISOString(), received_through: 0, verdicts: [], patch: [], cursor: 'next', more: false, reset: null, check: [], ...more }
}

async function verdictOn(db: PersonDatabase, verdict: VerdictName, code: string | null = null): Promise<Verdict> {
  const [mutation] = await takeBatch(db, 1)
  if (!mutation) throw new Error('nothing was sent')
  return { id: mutation.id, seq: mutation.seq, verdict, code, detail: null, receipt: '8F3K-22QD' }
}

const newestVisit = async () => (await dwelling('d502'))?.visits[0]

describe('an answer of the server', () => {
  test('is taken in whole or not at all', async () => {
    const db = await uses('li')
    await bring(db, home())
    const before = await fact(db, 'cursor')
    await recordVisit(visitForm())
    const verdict = await verdictOn(db, 'applied')
    const broken = () => { throw new Error('the battery is dead') }
    db.receipt.hook('creating', broken)
    const taking = takeAnswer(db, answer({ received_through: 1, verdicts: [verdict], patch: [put('visit', 'v9', visitValue())] }), NOW, NOW)
    await expect(taking).rejects.toThrow('the battery is dead')
    db.receipt.hook('creating').unsubscribe(broken)
    expect((await db.base('visit').all()).length).toBe(0)
    expect(await fact(db, 'cursor')).toBe(before)
    expect((await syncState()).unsent).toBe(1)
  })

  test('makes its cursor durable with its page', async () => {
    const db = await uses('li')
    await takeAnswer(db, answer({ patch: home(), cursor: 'page-1', more: true }), NOW, NOW)
    expect(await fact(db, 'cursor')).toBe('page-1')
    expect((await db.base('dwelling').all()).length).toBe(1)
  })

  test.each(['applied', 'merged'] as const)('with the verdict %s leaves the visit as received, with its receipt', async (name) => {
    const db = await uses('li')
    await bring(db, home())
    const id = await recordVisit(visitForm())
    await bring(db, [put('visit', id, visitValue())], [await verdictOn(db, name)])
    expect(await newestVisit()).toMatchObject({ id, where: 'received', receipt: '8F3K-22QD', problem: null })
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 0 })
  })

  test.each([
    ['rejected', 'not_found', { where: 'refused', problem: 'not_found' }, 1],
    ['quarantined', null, { where: 'received', problem: 'quarantined' }, 0],
  ] as const)('with the verdict %s keeps the visit and its words before the author’s eyes', async (name, code, shown, refused) => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm({ summary: '写了很久' }))
    await bring(db, [], [await verdictOn(db, name, code)])
    expect(await newestVisit()).toMatchObject({ ...shown, value: { summary: '写了很久' } })
    expect(await syncState()).toMatchObject({ unsent: 0, refused })
  })

  test('with the verdict superseded shows the case as the server has it and the words as a note', async () => {
    const db = await uses('li')
    await bring(db, [...home(), put('case', 'c1', caseValue({ state: 'accepted' }))])
    await actOnCase('c1', 'resolve', { text: '换了灯泡' })
    const [entry] = await db.outbox.toArray()
    const { event_id } = entry?.mutation.args as { event_id: string }
    const note = put('case_event', event_id, eventValue({ attempted: 'resolve', text: '换了灯泡' }))
    await bring(db, [put('case', 'c1', caseValue({ holder_id: 'compound' })), note], [await verdictOn(db, 'superseded')])
    const page = await caseById('c1')
    expect(page?.value).toMatchObject({ state: 'open', holder_id: 'compound' })
    expect(page?.events).toMatchObject([{ where: 'refused', problem: 'superseded', value: { action: 'note', attempted: 'resolve', text: '换了灯泡' } }])
    expect((await outbox()).rows).toMatchObject([{ where: 'refused', problem: 'superseded' }])
  })

  test('with a verdict this version does not know is shown to the author, never taken for done', async () => {
    const db = await uses('li')
    await recordVisit(visitForm())
    await bring(db, [], [await verdictOn(db, 'deferred' as VerdictName)])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1 })
  })

  test('whose refusal was read is put away, and its words stay with the server', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    await bring(db, [], [await verdictOn(db, 'rejected', 'not_found')])
    await dismissRefusal(1)
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 0 })
    expect(await newestVisit()).toBeUndefined()
  })

  test('refuses one mutation and settles the next (P5)', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    const second = await recordVisit(visitForm())
    const [one, two] = await takeBatch(db, 2)
    const verdicts = [
      { id: one?.id ?? '', seq: 1, verdict: 'rejected' as const, code: 'not_found', detail: null, receipt: 'A' },
      { id: two?.id ?? '', seq: 2, verdict: 'applied' as const, code: null, detail: null, receipt: 'B' },
    ]
    await bring(db, [put('visit', second, visitValue())], verdicts)
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1 })
  })

  test('with the verdict on one page and the effect on a later one never lets the visit vanish between (L7)', async () => {
    const db = await uses('li')
    await bring(db, home())
    const id = await recordVisit(visitForm({ summary: '灯泡坏了' }))
    await bring(db, [], [await verdictOn(db, 'applied')], true)
    expect(await newestVisit()).toMatchObject({ id, where: 'received', receipt: '8F3K-22QD' })
    await bring(db, [put('visit', id, visitValue())])
    expect(await newestVisit()).toMatchObject({ id, version: expect.any(Number) })
  })

  test('that deletes what left the scope takes it off the phone (L4)', async () => {
    const db = await uses('li')
    await bring(db, [...home(), put('visit', 'v1', visitValue())])
    await bring(db, [del('dwelling', 'd502'), del('resident', 'r1'), del('visit', 'v1')])
    expect(await dwelling('d502')).toBeNull()
    expect((await digests(db)).length).toBe(0)
  })

  test('keeps records of types a later version will know', async () => {
    const db = await uses('li')
    const shift = { op: 'put', type: 'duty_shift', id: 's1', version: 9, value: { from: '08:00' } } as never
    await bring(db, [shift])
    expect(await db.elsewhere.toArray()).toEqual([{ type: 'duty_shift', id: 's1', version: 9, value: { from: '08:00' } }])
  })

  test('tells how far this phone’s clock is ahead, once it is more than two minutes (P9)', async () => {
    const db = await uses('li')
    await takeAnswer(db, answer({}), NOW + 90_000, NOW + 92_000)
    expect((await syncState()).skewMinutes).toBe(0)
    await takeAnswer(db, answer({}), NOW - 300_000, NOW - 298_000)
    expect(await syncState()).toMatchObject({ skewMinutes: -5, lastContact: '2026-11-24T00:00:00.000Z' })
  })
})

describe('a reset', () => {
  test('builds the new copy beside the old and swaps when it is whole (L5)', async () => {
    const db = await uses('li')
    await bring(db, [...home(), put('resident', 'gone', residentValue({ name: '赵四' }))])
    const old = await fact(db, 'cursor')
    await takeAnswer(db, answer({ reset: { reason: 'cursor_unreadable' }, patch: home(), cursor: 'n1', more: true }), NOW, NOW)
    expect((await db.base('resident').all()).length).toBe(2)
    expect([await fact(db, 'cursor'), await fact(db, 'staged_cursor')]).toEqual([old, 'n1'])
    await takeAnswer(db, answer({ patch: [put('dwelling', 'd101', dwellingValue({ room: '101' }))], cursor: 'n2' }), NOW, NOW)
    expect((await db.base('resident').all()).map(({ id }) => id)).toEqual(['r1'])
    expect((await digests(db)).map(({ id }) => id).sort()).toEqual(['d101', 'd502'])
    expect(await fact(db, 'cursor')).toBe('n2')
    expect(await fact(db, 'staged_cursor')).toBeNull()
    expect(await db.staged.count()).toBe(0)
  })

  test('while a new copy is being built starts it anew', async () => {
    const db = await uses('li')
    await takeAnswer(db, answer({ reset: { reason: 'epoch' }, patch: home(), cursor: 'n1', more: true }), NOW, NOW)
    await takeAnswer(db, answer({ reset: { reason: 'epoch' }, patch: [put('dwelling', 'd101', dwellingValue())], cursor: 'm1' }), NOW, NOW)
    expect((await db.base('dwelling').all()).map(({ id }) => id)).toEqual(['d101'])
  })

  test('does not touch the outbox, nor let a judged visit vanish before the new copy holds it', async () => {
    const db = await uses('li')
    await bring(db, home())
    const id = await recordVisit(visitForm())
    const verdict = await verdictOn(db, 'applied')
    await recordVisit(visitForm())
    await takeAnswer(db, answer({ reset: { reason: 'epoch' }, received_through: 1, verdicts: [verdict], patch: home(), cursor: 'n1', more: true }), NOW, NOW)
    expect((await dwelling('d502'))?.visits).toHaveLength(2)
    expect((await syncState()).unsent).toBe(1)
    await takeAnswer(db, answer({ received_through: 1, patch: [put('visit', id, visitValue())], cursor: 'n2' }), NOW, NOW)
    expect((await dwelling('d502'))?.visits.map(({ where }) => where).sort()).toEqual(['phone', 'received'])
  })

  test('by a server that came back from a backup has the phone send again what the backup had not seen', async () => {
    const db = await uses('li')
    await bring(db, home())
    const id = await recordVisit(visitForm())
    await bring(db, [put('visit', id, visitValue())], [await verdictOn(db, 'applied')])
    expect((await syncState()).unsent).toBe(0)
    await takeAnswer(db, answer({ reset: { reason: 'epoch' }, received_through: 0, patch: home(), cursor: 'n1' }), NOW, NOW)
    expect((await syncState()).unsent).toBe(1)
    expect(await newestVisit()).toMatchObject({ id, where: 'phone' })
  })
})
