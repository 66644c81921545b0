import { describe, expect, test, vi } from 'vitest'
import { actOnCase, caseById, dwelling, editResident, recordVisit, today } from '../src/data'
import { PersonDatabase } from '../src/data/db'
import { noteProgress } from '../src/data/facts'
import { here } from '../src/data/here'
import { dropKey } from '../src/data/keys'
import { overlay } from '../src/data/overlay'
import { caseValue, eventValue, home, put, residentValue, visitForm } from './community'
import { bring, search, unlock, uses } from './phone'
import { reword } from '../src/data/reword'

const over = async () => overlay(await here())
const words = async (id: string) => (await over()).get('visit', id)?.value?.summary

/** How many texts `work` has deciphered. */
async function deciphered(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(crypto.subtle, 'decrypt')
  await work()
  const { length } = spy.mock.calls
  spy.mockRestore()
  return length
}

describe('the outbox laid over base', () => {
  test('is replayed once for all pages, until something is saved or arrives', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    const first = await over()
    expect(await over()).toBe(first)
    expect(await deciphered(over)).toBe(0)
    await recordVisit(visitForm())
    const second = await over()
    expect(second.all('visit')).toHaveLength(2)
    await bring(db, [put('resident', 'r2', residentValue())])
    expect(await over()).not.toBe(second)
  })

  test('deciphers nothing of the outbox anew when only base has changed', async () => {
    const db = await uses('li')
    await bring(db, home())
    for (let at = 0; at < 30; at++) await recordVisit(visitForm())
    expect(await deciphered(over)).toBeGreaterThanOrEqual(30)
    await bring(db, [put('resident', 'r2', residentValue())])
    expect(await deciphered(over)).toBeLessThan(30)
  })

  test('dates what was tapped by a clock known to be wrong as the server will', async () => {
    const db = await uses('li')
    const MINUTE = 60_000
    const lately = new Date(Date.now() + 5 * MINUTE).toISOString()
    const call = { person_id: 'li', name: '李明', by_id: 'zhang', at: lately, answer: null, answered_at: null }
    await bring(db, [...home(), put('case', 'c1', caseValue({ calls: [call] })), put('case_event', 'e1', eventValue({ action: 'whistle', at: lately }))])
    await noteProgress(db, { skew: -10 * MINUTE })
    await actOnCase('c1', 'respond', { answer: 'coming' })
    const page = await caseById('c1')
    expect(page?.my_call?.answer).toBe('coming')
    expect(page?.events.map(({ value }) => value.action)).toEqual(['whistle', 'respond'])
  })

  test('shows other words put in the place of the first, also those put by another tab', async () => {
    const db = await uses('li')
    await bring(db, home())
    const id = await recordVisit(visitForm({ summary: '灯泡坏了' }))
    expect(await words(id)).toBe('灯泡坏了')
    await reword(1, { summary: '灯管坏了' }, 'none')
    expect(await words(id)).toBe('灯管坏了')
    const otherTab = new PersonDatabase('li')
    const entry = await otherTab.outbox.get(1)
    if (!entry) throw new Error('the visit is gone')
    await otherTab.outbox.put({ ...entry, mutation: { ...entry.mutation, args: { ...entry.mutation.args, summary: '灯罩坏了' } } as typeof entry.mutation })
    expect(await words(id)).toBe('灯罩坏了')
    otherTab.close()
  })

  test('goes from memory with the key', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    const before = await over()
    dropKey('li')
    await expect(over()).rejects.toThrow('locked')
    await unlock('li')
    expect(await deciphered(over)).toBeGreaterThan(0)
    expect(await over()).not.toBe(before)
  })

  test('is the same after every page has shown it', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    await editResident({ id: 'r1', version: 1, value: residentValue() }, { phone: '13911112222' })
    const now = await over()
    const before = JSON.stringify([now.all('visit'), now.all('resident')])
    await Promise.all([dwelling('d502'), today(), search('2222')])
    expect(JSON.stringify([now.all('visit'), now.all('resident')])).toBe(before)
    expect(await over()).toBe(now)
  })
})
