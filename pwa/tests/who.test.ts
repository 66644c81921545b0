import Dexie, { RangeSet } from 'dexie'
import { expect, test, vi } from 'vitest'
import { here } from '../src/data/here'
import { clearCurrent, phone, setCurrent } from '../src/data/phone'
import { whenAccountsChange, whoIsHere } from '../src/data/who'
import { grid, post } from './community'
import { accountOf, uses } from './phone'

test('who is signed in is read from the disk once, until something changes', async () => {
  await uses('li')
  await whoIsHere()
  const transaction = vi.spyOn(phone.backendDB(), 'transaction')
  expect((await whoIsHere())?.person_id).toBe('li')
  expect(transaction).not.toHaveBeenCalled()
  transaction.mockRestore()
})

test('who signs in here is who is here at once, and nobody is after signing out', async () => {
  await uses('li')
  await whoIsHere()
  await uses('wang')
  expect((await here()).me.person_id).toBe('wang')
  await clearCurrent()
  await expect(here()).rejects.toThrow('nobody is signed in')
})

test('who signs in in another tab is soon who is here, and whoever follows that is told', async () => {
  await uses('li')
  expect((await whoIsHere())?.person_id).toBe('li')
  const told = vi.fn()
  const end = whenAccountsChange(told)
  vi.resetModules()
  const otherTab = await import('../src/data/phone')
  await otherTab.setCurrent(accountOf('wang', [post(grid, 'grid_worker')]))
  await vi.waitFor(async () => { expect((await whoIsHere())?.person_id).toBe('wang') })
  expect(told).toHaveBeenCalled()
  end()
})

/** As another tab does, while this one hears of nothing. */
function signOutUnheard(id: string): Promise<void> {
  return new Promise((done) => {
    const transaction = phone.backendDB().transaction('account', 'readwrite')
    transaction.objectStore('account').delete(id)
    transaction.oncomplete = () => { done() }
  })
}

test('who is here is asked anew on a page that was put aside for a while', async () => {
  await uses('li')
  await whoIsHere()
  await signOutUnheard('li')
  Dexie.on.storagemutated.fire({ all: new RangeSet(-Infinity, [[]]) })
  expect(await whoIsHere()).toBeUndefined()
})

test('an answer that was on its way while somebody signed in is not remembered', async () => {
  await uses('li')
  const [asked] = await Promise.all([whoIsHere(), setCurrent(accountOf('wang', [post(grid, 'grid_worker')]))])
  expect(['li', 'wang']).toContain(asked?.person_id)
  expect((await whoIsHere())?.person_id).toBe('wang')
})
