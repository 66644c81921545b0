import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordVisit, syncState, outbox } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { fact, noteProgress, progress } from '../src/data/facts'
import { takeBatch } from '../src/data/batch'
import { keyOf } from '../src/data/keys'
import { keepPhoto } from '../src/data/photos'
import { NoContact, syncNow } from '../src/sync'
import { pageAfter } from '../src/sync/page_size'
import { run } from '../src/sync/run'
import { send } from '../src/sync/transport'
import { Server } from './server'
import { uses } from './phone'
import { visitForm } from './community'

let server: Server
let db: PersonDatabase

beforeEach(async () => {
  server = new Server()
  db = await uses('li')
})

const record = async (count: number, more: Parameters<typeof visitForm>[0] = {}) => {
  for (let at = 0; at < count; at++) await recordVisit(visitForm(more))
}

const photo = async (content: string) => keepPhoto(new Blob([content], { type: 'image/jpeg' }))

/** Open the app anew, with nothing left in memory, once it may ask again. */
const afterWaiting = async () => {
  const { notBefore } = await progress(db)
  vi.useFakeTimers({ now: Math.max(Date.now(), Date.parse(notBefore ?? '') || 0) + 1, toFake: ['Date'] })
  vi.resetModules()
  const [reloaded, { here }, keys] = [await import('../src/sync/run'), await import('../src/data/here'), await import('../src/data/keys')]
  keys.holdKey('li', keyOf('li'))
  await reloaded.run((await here()).db, true)
}

/** The milliseconds for which the phone is then patient. */
const refusedFor = async () => {
  await afterWaiting()
  return Date.parse((await progress(db)).notBefore ?? '') - Date.now()
}

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
    expect(server.exchanges.slice(1).map(({ limit }) => limit)).toEqual([500, 2000, 2000])
    server.breakOff('/sync')
    await syncNow()
    await syncNow()
    expect(server.exchanges.slice(4).map(({ limit }) => limit)).toEqual([2000, 500])
  })

  test('asks for as much as comes in two seconds, within bounds', () => {
    expect([100, 500, 1_000, 2_000, 60_000].map((took) => pageAfter(1_000, took))).toEqual([2000, 2000, 2000, 1000, 500])
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

  test('that was answered leaves no timer behind', async () => {
    expect(await send('GET', '/session')).toMatchObject({ person: { id: 'li' } })
    expect(await send('DELETE', '/session')).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a refusal', () => {
  test('409 sequence_gap: the phone rewinds and sends again from where the server is (P4)', async () => {
    await record(3)
    await syncNow()
    await record(1)
    server.received.set('device-li', 1)
    server.refuse('/sync', 409, 'sequence_gap', { detail: { received_through: 1 } })
    await syncNow()
    expect(server.exchanges.at(-1)?.mutations.map(({ seq }) => seq)).toEqual([2, 3, 4])
    expect((await syncState()).unsent).toBe(0)
  })

  test('409 sequence_gap for what this phone no longer has: it says so, and goes on', async () => {
    await record(6)
    await db.outbox.bulkDelete([1, 2, 3, 4])
    server.refuse('/sync', 409, 'sequence_gap', { detail: { received_through: 0 } })
    await syncNow()
    expect(server.taken[0]).toMatchObject({ seq: 4, name: 'outbox.lost', args: { from: 1, to: 3 } })
    expect(server.taken.map(({ seq }) => seq)).toEqual([4, 5, 6])
  })

  test('409 for several stretches this phone no longer has: each is declared, and the queue drains', async () => {
    await record(9)
    await db.outbox.bulkDelete([1, 2, 3, 5, 7, 8, 9])
    server.refuse('/sync', 409, 'sequence_gap', { detail: { received_through: 0 } })
    await syncNow()
    const lost = server.taken.filter(({ name }) => name === 'outbox.lost').map(({ seq, args }) => ({ seq, ...args }))
    expect(lost).toMatchObject([{ seq: 3, from: 1, to: 2 }, { seq: 5, from: 5, to: 5 }, { seq: 9, from: 7, to: 8 }])
    expect(server.taken.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 9])
    expect((await syncState()).unsent).toBe(0)
  })

  test('409 again and again: it stops and reports, instead of arguing', async () => {
    await record(1)
    server.refuse('/sync', 409, 'sequence_gap', { detail: { received_through: 0 }, when: () => true })
    await syncNow()
    expect(server.exchanges.length).toBeLessThan(6)
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'sequence_gap' })
  })

  test('413: the batch is halved until it fits', async () => {
    await record(20)
    server.refuse('/sync', 413, 'too_large', { when: ({ content }) => (content as { mutations: unknown[] }).mutations.length > 5 })
    await syncNow()
    expect(server.exchanges.map(({ mutations }) => mutations.length)).toEqual([20, 10, 5, 5, 5, 5])
    expect((await syncState()).unsent).toBe(0)
  })

  test('413: the size that works is remembered, for a day', async () => {
    server.refuse('/sync', 413, 'too_large', { when: ({ content }) => (content as { mutations: unknown[] }).mutations.length > 5 })
    await record(8)
    await syncNow()
    await record(6)
    await syncNow()
    expect(server.exchanges.map(({ mutations }) => mutations.length)).toEqual([8, 4, 4, 4, 2])
    vi.useFakeTimers({ now: Date.now() + 90_000_000, toFake: ['Date'] })
    await record(6)
    await syncNow()
    expect(server.exchanges.at(5)?.mutations).toHaveLength(6)
    expect((await syncState()).unsent).toBe(0)
  })

  test('a batch is cut before it weighs more than one exchange may, however few they are', async () => {
    await record(12, { summary: '灯'.repeat(60_000) })
    await syncNow()
    const sizes = server.exchanges.map((asked) => new Blob([JSON.stringify(asked)]).size)
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024)
    expect(server.exchanges.map(({ mutations }) => mutations.length)).toEqual([5, 5, 2])
  })

  test('one too long for any exchange goes without its words, and keeps them on the phone with the reason', async () => {
    server.verdictOn = ({ args }) => ('id' in args ? {} : { verdict: 'rejected', code: 'invalid', detail: '/args/id' })
    await record(1)
    await record(1, { summary: '长'.repeat(3_000_000) })
    await record(1)
    await syncNow()
    expect(server.taken.map(({ seq, args }) => [seq, Object.keys(args).length > 0])).toEqual([[1, true], [2, false], [3, true]])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1, problem: null })
    const [refused] = (await outbox()).rows.filter(({ where }) => where === 'refused')
    expect(refused).toMatchObject({ problem: 'too_long', title: { words: '长'.repeat(3_000_000) } })
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

  test('413 for a single one: it stops, reports and keeps it', async () => {
    await record(1)
    server.refuse('/sync', 413, 'too_large', { when: () => true })
    await syncNow()
    expect(server.exchanges.map(({ mutations }) => mutations.length)).toEqual([1, 0])
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'too_large' })
  })

  test.each([429, 503])('%i: the phone waits at least as long as it was asked to, also when somebody is impatient', async (status) => {
    await record(1)
    server.refuse('/sync', status, 'busy', { headers: { 'Retry-After': '60' } })
    const before = Date.now()
    await syncNow()
    const { notBefore } = await progress(db)
    expect(Date.parse(notBefore ?? '')).toBeGreaterThanOrEqual(before + 60_000)
    await syncNow()
    expect(server.exchanges).toHaveLength(1)
    vi.useFakeTimers({ now: before + 120_000, toFake: ['Date'] })
    await syncNow()
    expect((await syncState()).unsent).toBe(0)
  })

  test.each([[400, 'malformed'], [401, 'signed_out'], [403, 'suspended'], [415, 'not_json']])(
    '%i %s: it stops by itself, reports and keeps, until somebody acts', async (status, code) => {
      await record(2)
      server.refuse('/sync', status, code)
      await run(db, false)
      expect(await syncState()).toMatchObject({ unsent: 2, problem: code, running: false })
      await run(db, false)
      expect(server.exchanges.filter(({ mutations }) => mutations.length)).toHaveLength(1)
      await syncNow()
      expect(await syncState()).toMatchObject({ unsent: 0, problem: null })
    },
  )

  test('426 protocol_too_old: work and photos go on being sent, and the records sent stay on the screen', async () => {
    const asked = { updates: 0 }
    Object.assign(navigator, { serviceWorker: { getRegistration: async () => ({ update: async () => { asked.updates++ } }) } })
    server.brings = false
    const sha256 = await photo('a')
    await record(205, { photos: [sha256] })
    await run(db, false)
    expect(server.taken).toHaveLength(205)
    expect([...server.blobs]).toEqual([sha256])
    expect(await syncState()).toMatchObject({ unsent: 0, problem: 'protocol_too_old', running: false })
    expect(asked.updates).toBe(1)
    await record(1)
    await run(db, false)
    expect(server.taken).toHaveLength(206)
    expect(await db.outbox.where('state').equals('received').count()).toBe(206)
    server.brings = true
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null })
    expect((await db.base('visit').all()).length).toBe(206)
    expect(await db.outbox.where('state').equals('settled').count()).toBe(206)
  })

  test('503 protocol_too_new: the phone keeps everything, says so, and tries again by itself', async () => {
    await record(1)
    server.refuse('/sync', 503, 'protocol_too_new', { headers: { 'Retry-After': '600' } })
    const before = Date.now()
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'protocol_too_new' })
    await run(db, false)
    expect(server.exchanges).toHaveLength(1)
    vi.useFakeTimers({ now: before + 1_200_000, toFake: ['Date'] })
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null })
  })

  test('of a proxy that knows nothing of us, such as 502: the phone waits', async () => {
    await record(1)
    const real = fetch
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }))
    await syncNow()
    vi.stubGlobal('fetch', real)
    expect(await progress(db)).toMatchObject({ stopped: false, notBefore: expect.any(String) })
  })

  test.each([429, 502, 503])('%i again and again, without a word of when: the phone asks ever less, also after a reload, until it was heard', async (status) => {
    await record(1)
    server.refuse('/sync', status, 'busy', { when: () => true })
    const waited = [await refusedFor(), await refusedFor(), await refusedFor()]
    expect(waited.map((wait) => Math.floor(Math.log2(wait / 30_000)))).toEqual([0, 1, 2])
    server.mend()
    await afterWaiting()
    expect((await syncState()).unsent).toBe(0)
    server.refuse('/sync', status, 'busy')
    expect(await refusedFor()).toBeLessThanOrEqual(45_000)
  })

  test.each([429, 502, 503])('%i without a word of when holds up the phone, also when it is opened, but nobody who taps', async (status) => {
    await record(1)
    server.refuse('/sync', status, 'busy')
    await run(db, false)
    await run(db, true)
    expect(server.exchanges).toHaveLength(1)
    await syncNow()
    expect((await syncState()).unsent).toBe(0)
  })

  test('of one mutation leaves the others sent, and is counted apart', async () => {
    server.verdictOn = ({ seq }) => (seq === 2 ? { verdict: 'rejected', code: 'not_found' } : {})
    await record(3)
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1 })
  })
})

describe('photos', () => {
  test('go after the text, and once', async () => {
    const sha256 = await photo('a')
    await record(1, { photos: [sha256] })
    await syncNow()
    await syncNow()
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /sync', `PUT /blobs/${sha256}`, 'POST /sync'])
    expect((await syncState()).photosUnsent).toBe(0)
  })

  test('that the server won’t have hold up neither the others nor the text', async () => {
    const [bad, good] = [await photo('bad'), await photo('good')]
    server.refuse(`/blobs/${bad}`, 422, 'not_an_image', { when: () => true })
    await record(1, { photos: [bad, good] })
    await syncNow()
    expect([...server.blobs]).toEqual([good])
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 0, photosRefused: 1, problem: null })
    expect(await db.photo.get(bad)).toMatchObject({ state: 'refused', problem: 'not_an_image' })
  })

  test('refused by a hotspot on the way, which knows nothing of them, are sent at the next try', async () => {
    const sha256 = await photo('d')
    const real = fetch
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => (String(given[0]).includes('blobs') ? new Response('<html>', { status: 413 }) : real(...given)))
    await record(1, { photos: [sha256] })
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, photosRefused: 0 })
    vi.stubGlobal('fetch', real)
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test('that meet a full server wait, while text goes on', async () => {
    const sha256 = await photo('b')
    server.refuse('/blobs', 503, 'busy', { headers: { 'Retry-After': '1' } })
    await record(1, { photos: [sha256] })
    await syncNow()
    await record(1)
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, problem: null })
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
    await syncNow()
    expect((await syncState()).photosUnsent).toBe(0)
  })

  test('that meet a full server without a word of when are tried ever less, until one went', async () => {
    const sha256 = await photo('e')
    server.refuse('/blobs', 503, 'busy', { when: () => true })
    await record(1, { photos: [sha256] })
    const waited = []
    for (let times = 0; times < 3; times++) {
      await run(db, false)
      const { photosNotBefore } = await progress(db)
      waited.push(Math.floor(Math.log2((Date.parse(photosNotBefore ?? '') - Date.now()) / 30_000)))
      vi.useFakeTimers({ now: Date.parse(photosNotBefore ?? '') + 1, toFake: ['Date'] })
    }
    expect(waited).toEqual([0, 1, 2])
    server.mend()
    await syncNow()
    expect(await progress(db)).toMatchObject({ photosNotBefore: null, photosBusyTimes: 0 })
  })

  test('that wait without a word of when go at once when somebody taps', async () => {
    const sha256 = await photo('f')
    server.refuse('/blobs', 503, 'busy')
    await record(1, { photos: [sha256] })
    await run(db, false)
    await run(db, true)
    expect((await syncState()).photosUnsent).toBe(1)
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test('make way for text that is saved while they are sent', async () => {
    const [one, two] = [await photo('one'), await photo('two')]
    await record(1, { photos: [one, two] })
    const real = fetch
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
      if (String(given[0]).includes('blobs') && server.blobs.size === 0) await record(1)
      return real(...given)
    })
    await syncNow()
    expect(server.blobs.size).toBe(1)
    await syncNow()
    expect(server.asked.map(({ path }) => path.split('/')[1])).toEqual(['sync', 'blobs', 'sync', 'blobs'])
  })

  test('of a form nobody saved are never sent', async () => {
    await photo('thrown away')
    await syncNow()
    expect(server.to('/blobs', 'PUT')).toEqual([])
  })
})

test('a first exchange asks for everything, a later one from its cursor', async () => {
  await record(1)
  await syncNow()
  await syncNow()
  expect(server.exchanges.map(({ cursor }) => cursor)).toEqual([null, '1'])
  expect(await fact(db, 'cursor')).toBe('1')
})
