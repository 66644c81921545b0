import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { syncState, outbox } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { fact, noteProgress } from '../src/data/facts'
import { takeBatch } from '../src/data/batch'
import { addChannel, answerSwap, changeDeadlines, channelsOf, deadlinesOf, decide, endDevice, NoContact, ownDevices, peoplesDevices, quarantined, reachedOf, removeChannel, syncNow, tryChannel } from '../src/sync'
import { pageAfter } from '../src/sync/page_size'
import { send } from '../src/sync/transport'
import { Server } from './server'
import { record, uses } from './phone'

let server: Server
let db: PersonDatabase

beforeEach(async () => {
  server = new Server()
  db = await uses('li')
})

describe('an exchange', () => {
  test('drains the outbox in order, whatever its length', async () => {
    await record(205)
    await syncNow()
    expect(server.taken.map(({ seq }) => seq)).toEqual(Array.from({ length: 205 }, (_, at) => at + 1))
    expect(server.exchanges.map(({ mutations }) => mutations.length)).toEqual([200, 5])
    expect(await syncState()).toMatchObject({ unsent: 0, running: false, problem: null, online: true })
  })

  test('follows every page to the end, each from the cursor of the one before (L7)', async () => {
    server.pages = 2
    await record(5)
    await syncNow()
    expect(server.exchanges.map(({ cursor }) => cursor)).toEqual([null, '2', '4'])
    expect((await db.base('visit').all()).length).toBe(5)
  })

  test('asks for longer pages once one came quickly, and for a short one after the signal went', async () => {
    server.pages = 2
    await record(5)
    server.breakOff('/sync')
    await syncNow()
    await syncNow()
    expect(server.exchanges.slice(1).map(({ limit }) => limit)).toEqual([500, 3000, 3000])
    server.breakOff('/sync')
    await syncNow()
    await syncNow()
    expect(server.exchanges.slice(4).map(({ limit }) => limit)).toEqual([3000, 500])
  })

  test('asks for as much as comes in two seconds, within bounds', () => {
    expect([100, 600, 1_000, 2_000, 60_000].map((took) => pageAfter(1_000, took))).toEqual([3000, 3000, 2000, 1000, 500])
  })

  test('carries the device, the moment of sending, and the header that says it is ours', async () => {
    await syncNow()
    const [asked] = server.to('/sync')
    expect(asked?.content).toMatchObject({ protocol: 1, device_id: 'device-li', sent_at: expect.stringMatching(/^\d{4}-.*Z$/) })
    expect(asked?.headers.get('X-Qiaomen')).toBe('1')
    expect(asked?.headers.get('Accept-Language')).toBe('zh-CN')
  })

  test('is compressed once it is worth it', async () => {
    await syncNow()
    await record(30, { summary: '楼道里的灯又坏了'.repeat(20) })
    await syncNow()
    expect(server.to('/sync').map(({ headers }) => headers.get('Content-Encoding'))).toEqual([null, 'gzip'])
    expect(server.taken).toHaveLength(30)
  })

  test('that broke off is tried again whole, and the server’s first verdict settles it (P2)', async () => {
    await record(1)
    const real = fetch
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => { await real(...given); throw new TypeError('Failed to fetch') })
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, online: false, problem: null })
    vi.stubGlobal('fetch', real)
    await syncNow()
    expect(server.taken).toHaveLength(1)
    expect(await syncState()).toMatchObject({ unsent: 0, online: true })
  })

  test('that gets the answer of another one takes in nothing of it, and does not ask without end', async () => {
    await record(1)
    const real = fetch
    let first: Response | undefined
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => { first ??= await real(...given); return first.clone() })
    await syncNow()
    await record(1)
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, online: false, problem: null })
    vi.stubGlobal('fetch', real)
    await syncNow()
    expect(server.taken.map(({ seq }) => seq)).toEqual([1, 2])
    expect(await syncState()).toMatchObject({ unsent: 0, online: true })
  })

  test('begun by a tab that was killed leaves nothing on its way for ever', async () => {
    await record(1)
    await takeBatch(db, 1)
    await noteProgress(db, { running: true })
    Object.assign(navigator, { onLine: false })
    await syncNow()
    Object.assign(navigator, { onLine: true })
    expect((await outbox()).rows).toMatchObject([{ where: 'phone' }])
    expect((await syncState()).running).toBe(false)
  })

  test('runs once at a time, however many ask', async () => {
    await record(3)
    await Promise.all([syncNow(), syncNow(), syncNow()])
    expect(server.exchanges.flatMap(({ mutations }) => mutations)).toHaveLength(3)
  })

  test('a clock that jumps back in the middle of the queue changes nothing of its order', async () => {
    const now = Date.now()
    for (const at of [now, now - 86_400_000, now + 86_400_000, now - 3_600_000]) {
      vi.useFakeTimers({ now: at, toFake: ['Date'] })
      await record(1)
    }
    await syncNow()
    expect(server.taken.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    const taps = server.taken.map(({ at }) => Date.parse(at))
    expect(taps).not.toEqual([...taps].sort((one, other) => one - other))
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null })
  })
})

describe('a request', () => {
  const known = AbortSignal
  const hanging: Record<string, (signal: AbortSignal) => Promise<Response>> = {
    answer: (signal) => new Promise((_answer, fail) => { signal.addEventListener('abort', () => { fail(signal.reason as Error) }) }),
    body: async (signal) => new Response(new ReadableStream({ start: (body) => { signal.addEventListener('abort', () => { body.error(signal.reason) }) } })),
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.stubGlobal('AbortSignal', undefined)
  })
  afterEach(() => { vi.stubGlobal('AbortSignal', known) })

  test.each(Object.keys(hanging))('whose %s hangs is given up after a minute, also where the browser is old', async (part) => {
    vi.stubGlobal('fetch', (_url: string, { signal }: { signal: AbortSignal }) => hanging[part]?.(signal))
    const ended = expect(send('GET', '/session')).rejects.toThrow(NoContact)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(60_000)
    await ended
  })

  test.each([['text/html', '<html>'], ['application/json', '{"code":401}']])('for an exchange that a gateway answers with a page of its own (%s) has not reached the server', async (type, page) => {
    vi.useRealTimers()
    await record(1)
    vi.stubGlobal('fetch', async () => new Response(page, { headers: { 'Content-Type': type } }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, online: false, problem: null })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['one’s own phones', ownDevices], ['their people’s', peoplesDevices], ['who was told of a case', () => reachedOf('c1')],
    ['a unit’s channels', () => channelsOf('u1')], ['a test message', () => tryChannel('u1', 'k1')], ['its times', () => deadlinesOf('u1')],
    ['what waits for a decision', quarantined], ['a decision', () => decide({ device_id: 'd1', id: 'm1' }, true)],
  ])('for %s that a gateway answers in JSON of its own has not reached the server', async (_what, ask) => {
    vi.useRealTimers()
    server.behindGateway('', () => Response.json({ code: 401, msg: '请先登录' }))
    await expect(ask()).rejects.toThrow(NoContact)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['set up a channel', () => addChannel('u1', { id: 'k1', url: 'wecombot://x' })], ['remove one', () => removeChannel('u1', 'k1')],
    ['set a unit’s times', () => changeDeadlines('u1', () => [])], ['sign another phone out', () => endDevice('d1')], ['answer about a shift', () => answerSwap('s1', 'accept')],
  ])('to %s that a gateway answers in JSON of its own was not heard by the server', async (_what, ask) => {
    vi.useRealTimers()
    server.behindGateway('', () => Response.json({ code: 401, msg: '请先登录' }))
    await expect(ask()).rejects.toThrow(NoContact)
  })

  test('that was answered leaves no timer behind', async () => {
    expect(await send('GET', '/session')).toMatchObject({ person: { id: 'li' } })
    expect(await send('DELETE', '/session')).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a first exchange asks for everything, a later one from its cursor', async () => {
  await record(1)
  await syncNow()
  await syncNow()
  expect(server.exchanges.map(({ cursor }) => cursor)).toEqual([null, '1'])
  expect(await fact(db, 'cursor')).toBe('1')
})
