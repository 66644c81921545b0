import { beforeEach, describe, expect, test, vi } from 'vitest'
import { accountReady, recordVisit, syncState } from '../src/data'
import { databaseOf, here } from '../src/data/here'
import { fact } from '../src/data/facts'
import { dropKey } from '../src/data/keys'
import { ApiProblem, signIn, signOut, syncNow } from '../src/sync'
import { exclusively } from '../src/sync/locks'
import { run } from '../src/sync/run'
import { kick } from '../src/sync/start'
import { refreshAccount } from '../src/sync/account'
import { endSession } from '../src/sync/session'
import { Server } from './server'
import { grid, otherGrid, post, visitForm } from './community'

let server: Server

beforeEach(() => { server = new Server() })

const arrives = (id: string, unitId: string = grid) => {
  server.who = { id, scope: [post(unitId, 'grid_worker')] }
  return signIn(id, 'secret')
}

const deviceIds = () => server.to('/session').map(({ content }) => (content as { device: { id: string } }).device.id)

describe('two people with one phone', () => {
  test('have two databases and two devices', async () => {
    await arrives('li')
    await arrives('wang', otherGrid)
    expect(new Set(deviceIds()).size).toBe(2)
    expect(await fact(databaseOf('li'), 'device_id')).not.toBe(await fact(databaseOf('wang'), 'device_id'))
    expect(await accountReady()).toMatchObject({ person: { id: 'wang' }, scope: [{ unit_id: otherGrid }] })
  })

  test('never send each other’s work', async () => {
    await arrives('li')
    await recordVisit(visitForm({ summary: '李明写的' }))
    await signOut({ force: true })
    await arrives('wang')
    await recordVisit(visitForm({ summary: '王芳写的' }))
    await syncNow()
    expect(server.taken.map(({ args }) => (args as { summary: string }).summary)).toEqual(['王芳写的'])
    await signOut({ force: false })
    await arrives('li')
    await syncNow()
    expect(server.taken).toHaveLength(2)
    expect(server.exchanges.at(-1)?.device_id).toBe(await fact(databaseOf('li'), 'device_id'))
  })

  test('are the same device each time they come back', async () => {
    await arrives('li')
    await signOut({ force: false })
    await arrives('li')
    const [first, second] = deviceIds()
    expect(second).toBe(first)
  })
})

describe('a session', () => {
  test('that is over keeps the outbox, and the same person sends it after signing in again (401)', async () => {
    await arrives('li')
    await recordVisit(visitForm())
    server.refuse('/sync', 401, 'signed_out')
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'signed_out' })
    await arrives('li')
    expect((await syncState()).problem).toBeNull()
    await syncNow()
    expect((await syncState()).unsent).toBe(0)
  })

  test('is not ended over unsent work unless somebody insists', async () => {
    await arrives('li')
    await recordVisit(visitForm())
    expect(await signOut({ force: false })).toBe('unsent_work')
    expect(await accountReady()).not.toBeNull()
    expect(await signOut({ force: true })).toBe('signed_out')
    expect(await accountReady()).toBeNull()
    expect(await databaseOf('li').outbox.count()).toBe(1)
  })

  test('ends on this phone also without signal', async () => {
    await arrives('li')
    server.signal = false
    expect(await signOut({ force: false })).toBe('signed_out')
    expect(await accountReady()).toBeNull()
  })

  test('ends on this phone at once also where the network takes requests and answers none', async () => {
    await arrives('li')
    const hanging: ((fault: Error) => void)[] = []
    const real = fetch
    vi.stubGlobal('fetch', () => new Promise((_answer, fail) => { hanging.push(fail) }))
    kick()
    await vi.waitFor(() => { expect(hanging).toHaveLength(1) })
    const ended = signOut({ force: false })
    await vi.waitFor(async () => { expect(await accountReady()).toBeNull() })
    expect(hanging).toHaveLength(1)
    vi.stubGlobal('fetch', real)
    hanging.forEach((fail) => { fail(new TypeError('Failed to fetch')) })
    expect(await ended).toBe('signed_out')
    expect(server.to('/session', 'DELETE')).toHaveLength(1)
    expect(server.exchanges).toEqual([])
  })

  test('that ends while the server is asked whose it is does not come back with its answer', async () => {
    await arrives('li')
    const at = await here()
    server.who = { id: 'li', scope: [post(otherGrid, 'grid_leader')] }
    server.meanwhile('/session', async () => { await signOut({ force: false }) })
    await refreshAccount(at)
    expect(await accountReady()).toBeNull()
  })

  test('whose end something on the way answers for ends at the server once it is heard there', async () => {
    await arrives('li')
    const leave = server.behindGateway('', () => Response.json({ code: 401, msg: '请先登录' }))
    await signOut({ force: false })
    leave()
    await exclusively(endSession)
    expect(server.to('/session', 'DELETE')).toHaveLength(1)
  })

  test('ends in every tab, so that whoever has the phone next waits for none that still brings pages in', async () => {
    await arrives('li')
    const [channel, told] = [new BroadcastChannel('qiaomen-tabs'), vi.fn()]
    channel.addEventListener('message', ({ data }) => { told(data) })
    await signOut({ force: false })
    await vi.waitFor(() => { expect(told).toHaveBeenCalledWith({ locked: 'li' }) })
    channel.close()
  })

  test('that was ended without signal ends at the server too once there is some, and is then left alone', async () => {
    await arrives('li')
    server.signal = false
    await signOut({ force: false })
    server.signal = true
    kick()
    await vi.waitFor(() => { expect(server.to('/session', 'DELETE')).toHaveLength(1) })
    await exclusively(async () => kick())
    await exclusively(() => Promise.resolve())
    expect(server.to('/session', 'DELETE')).toHaveLength(1)
  })

  test('is not ended for who has signed out without signal before its owner came', async () => {
    await arrives('li')
    server.signal = false
    await signOut({ force: false })
    server.signal = true
    await arrives('wang')
    dropKey('wang')
    kick()
    await exclusively(() => Promise.resolve())
    expect(server.to('/session', 'DELETE')).toEqual([])
    server.signal = false
    await signOut({ force: false })
    server.signal = true
    kick()
    await vi.waitFor(() => { expect(server.to('/session', 'DELETE')).toHaveLength(1) })
  })

  test('with a wrong password says so in the server’s words and changes nobody', async () => {
    await arrives('li')
    server.refuse('/session', 401, 'wrong_credentials')
    const refused = signIn('wang', 'wrong')
    await expect(refused).rejects.toThrow(ApiProblem)
    await expect(refused).rejects.toMatchObject({ code: 'wrong_credentials', status: 401, message: '不行' })
    expect(await accountReady()).toMatchObject({ person: { id: 'li' } })
  })

  test('on a device that belongs to another person takes a new device', async () => {
    server.refuse('/session', 409, 'device_taken')
    await arrives('li')
    const [refused, taken] = deviceIds()
    expect(taken).not.toBe(refused)
    expect(await fact(databaseOf('li'), 'device_id')).toBe(taken)
  })

  test('that turns out to be another person’s sends nothing of this one', async () => {
    await arrives('li')
    await recordVisit(visitForm())
    server.who = { id: 'wang', scope: [] }
    expect(await refreshAccount(await here())).toBe(false)
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'signed_out' })
    await run(databaseOf('li'), false)
    expect(server.exchanges).toEqual([])
  })

  test('that turns out to be another person’s sends nothing of this one either when something else was to be tried again', async () => {
    await arrives('li')
    const db = databaseOf('li')
    await recordVisit(visitForm())
    server.refuse('/sync', 400, 'malformed', { when: () => true })
    await run(db, false)
    server.mend()
    const before = server.exchanges.length
    server.who = { id: 'wang', scope: [] }
    await refreshAccount(await here())
    vi.useFakeTimers({ now: Date.now() + 2 * 3_600_000, toFake: ['Date'] })
    await run(db, false)
    expect(server.exchanges).toHaveLength(before)
  })

  test('that turns out to be another person’s sends nothing of this one, though somebody taps', async () => {
    await arrives('li')
    await recordVisit(visitForm())
    server.who = { id: 'wang', scope: [] }
    await refreshAccount(await here())
    await syncNow()
    expect(server.exchanges).toEqual([])
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'signed_out' })
  })

  test('learns at the next opening of the app that a person’s posts have changed', async () => {
    await arrives('li')
    server.who = { id: 'li', scope: [post(otherGrid, 'grid_leader')] }
    expect(await refreshAccount(await here())).toBe(true)
    expect(await accountReady()).toMatchObject({ scope: [{ unit_id: otherGrid, role: 'grid_leader' }] })
  })

  test('refuses reads while nobody is signed in', async () => {
    await expect(syncState()).rejects.toThrow('nobody is signed in')
  })
})
