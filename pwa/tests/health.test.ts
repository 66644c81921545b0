import { beforeEach, describe, expect, test, vi } from 'vitest'
import { dismissWiped, recordVisit, syncState } from '../src/data'
import { fact, progress } from '../src/data/facts'
import { databaseOf } from '../src/data/here'
import { keepPhoto } from '../src/data/photos'
import { signIn, syncNow } from '../src/sync'
import { exclusively } from '../src/sync/locks'
import { sayStopped } from '../src/sync/round'
import { run } from '../src/sync/run'
import { Server } from './server'
import { visitForm } from './community'

let server: Server
let space = { usage: 30_000_000, quota: 2_000_000_000 }
const kept = new Map<string, string>()

beforeEach(async () => {
  kept.clear()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) })
  space = { usage: 30_000_000, quota: 2_000_000_000 }
  Object.assign(navigator, { storage: { persist: async () => true, persisted: async () => true, estimate: async () => space } })
  server = new Server()
  await signIn('li', 'secret')
})

const db = () => databaseOf('li')
const reports = () => server.exchanges.flatMap(({ device }) => (device ? [device] : []))
const later = (ms: number) => vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] })

/** As a browser short of space does it: the records go, the cookie and this phone's other databases stay. */
const clear = () => Promise.all(databaseOf('li').tables.map((table) => table.clear()))

describe('what this phone says of itself', () => {
  test('is what waits beside the batch, its version and its storage', async () => {
    await recordVisit(visitForm())
    await syncNow()
    expect(reports()).toEqual([{
      app_version: expect.stringMatching(/^\d+\.\d+\.\d+/), unsent: 0, photos_unsent: 0, oldest_unsent_at: null, problem: null, replaces: null,
      storage: { persisted: true, used: 30_000_000, quota: 2_000_000_000 },
    }])
  })

  test('is said once while nothing changes, and again every quarter of an hour', async () => {
    for (let at = 0; at < 3; at++) {
      await recordVisit(visitForm())
      await syncNow()
    }
    expect(reports()).toHaveLength(1)
    later(16 * 60_000)
    await syncNow()
    expect(reports()).toHaveLength(2)
  })

  test('is said again when something begins to wait, since when, and when it no longer does', async () => {
    await syncNow()
    const sha256 = await keepPhoto(new Blob(['photo'], { type: 'image/jpeg' }))
    server.refuse('/blobs', 503, 'busy')
    await recordVisit(visitForm({ photos: [sha256] }))
    await syncNow()
    later(60_000)
    await syncNow()
    await syncNow()
    expect(reports().map(({ photos_unsent }) => photos_unsent)).toEqual([0, 1, 0])
    expect(reports()[1]?.oldest_unsent_at).toBe((await db().photo.get(sha256))?.added_at)
  })

  test('names the oldest that stays behind, not what the batch carries', async () => {
    for (let at = 0; at < 201; at++) await recordVisit(visitForm())
    await syncNow()
    expect(reports().map(({ unsent }) => unsent)).toEqual([1, 0])
    expect(reports()[0]?.oldest_unsent_at).toBe((await db().outbox.get(201))?.mutation.at)
  })

  test('counts nothing twice that a locked phone has handed in already', async () => {
    await recordVisit(visitForm())
    await db().outbox.update(1, { state: 'handed' })
    await recordVisit(visitForm())
    await syncNow()
    expect(reports().map(({ unsent }) => unsent)).toEqual([0])
  })

  test('is not taken for said when the exchange failed', async () => {
    server.signal = false
    await syncNow()
    server.signal = true
    await syncNow()
    expect(reports()).toHaveLength(1)
  })

  test('tells what stops sending, once, so that somebody can help', async () => {
    await recordVisit(visitForm())
    server.refuse('/sync', 400, 'malformed', { when: ({ content }) => (content as { mutations: unknown[] }).mutations.length > 0 })
    await run(db(), false)
    await run(db(), false)
    expect(server.exchanges.map(({ mutations, device }) => [mutations.length, device?.problem])).toEqual([[1, null], [0, 'malformed']])
    expect(reports()[1]).toMatchObject({ unsent: 1, problem: 'malformed' })
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'malformed' })
  })

  test('has told nobody what stops sending where something on the way answers', async () => {
    server.behindGateway('/sync', () => Response.json({ code: 401, msg: '请先登录' }))
    await sayStopped(db(), 'malformed')
    expect(await fact(db(), 'said')).toBeNull()
  })
})

describe('what was stopped', () => {
  test('is tried once more after an hour, for it may have been mended elsewhere', async () => {
    await recordVisit(visitForm())
    server.refuse('/sync', 403, 'suspended')
    await run(db(), false)
    later(59 * 60_000)
    await run(db(), false)
    expect((await syncState()).unsent).toBe(1)
    later(2 * 60_000)
    await run(db(), false)
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null })
  })
})

describe('storage', () => {
  test.each([[1_700_000_000, 'filling'], [1_990_000_000, 'full']])('with %i bytes used of two thousand million is said to be %s', async (usage, risk) => {
    space = { ...space, usage }
    await syncNow()
    expect((await syncState()).storageRisk).toBe(risk)
  })

  test('is looked at now and then, not at every exchange', async () => {
    await syncNow()
    space = { ...space, usage: 1_990_000_000 }
    await syncNow()
    expect((await syncState()).storageRisk).toBeNull()
    later(11 * 60_000)
    await syncNow()
    expect((await syncState()).storageRisk).toBe('full')
  })

  test('of a browser that does not say is no risk, and no error', async () => {
    Object.assign(navigator, { storage: {} })
    await syncNow()
    expect((await progress(db())).storage).toMatchObject({ persisted: null, used: null, risk: null })
    expect((await syncState()).problem).toBeNull()
  })
})

test('a browser that fails to count its storage holds up nothing that is to be sent', async () => {
  Object.assign(navigator, { storage: { persisted: async () => true, estimate: () => Promise.reject(new TypeError('Internal error')) } })
  await recordVisit(visitForm())
  await syncNow()
  expect(await syncState()).toMatchObject({ unsent: 0, running: false })
})

describe('a database that the browser has cleared', () => {
  test('is said to the worker, who may go on recording, and nothing is sent as somebody else', async () => {
    await clear()
    await recordVisit(visitForm())
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'wiped', running: false })
    expect(server.exchanges).toEqual([])
  })

  test('makes a new device of the phone at the next signing in, which sends what was recorded since', async () => {
    const before = await fact(db(), 'device_id')
    await clear()
    await recordVisit(visitForm())
    await signIn('li', 'secret')
    await syncNow()
    expect(await fact(db(), 'device_id')).not.toBe(before)
    expect(server.taken.map(({ seq }) => seq)).toEqual([1])
    expect(reports()).toMatchObject([{ replaces: before }])
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null, wiped: true })
  })

  test('is told to the server until it has heard, and shown to the worker until they have read', async () => {
    const before = await fact(db(), 'device_id')
    await clear()
    await signIn('li', 'secret')
    server.signal = false
    await syncNow()
    server.signal = true
    await syncNow()
    later(16 * 60_000)
    await syncNow()
    expect(reports().map(({ replaces }) => replaces)).toEqual([before, null])
    await dismissWiped()
    expect((await syncState()).wiped).toBe(false)
  })

  test('is none where somebody signs in on this phone for the first time, or comes back', async () => {
    await signIn('li', 'secret')
    expect((await syncState()).wiped).toBe(false)
    server.who = { id: 'wang', scope: [] }
    await signIn('wang', 'secret')
    expect((await syncState()).wiped).toBe(false)
  })
})

test('a browser without Web Locks takes turns all the same', async () => {
  const locks = Object.getOwnPropertyDescriptor(navigator, 'locks') ?? Object.getOwnPropertyDescriptor(Object.getPrototypeOf(navigator), 'locks')
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })
  const said: string[] = []
  const slow = async () => { said.push('begins'); await Promise.resolve(); said.push('ends') }
  const failing = () => exclusively(() => Promise.reject(new Error('no')))
  await Promise.all([exclusively(slow), failing().catch(() => undefined), exclusively(slow)])
  expect(said).toEqual(['begins', 'ends', 'begins', 'ends'])
  Object.defineProperty(navigator, 'locks', locks ?? {})
})
