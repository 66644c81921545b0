import { beforeEach, describe, expect, test, vi } from 'vitest'
import { syncState, outbox } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { progress } from '../src/data/facts'
import { keepPhoto } from '../src/data/photos'
import { syncNow } from '../src/sync'
import { run } from '../src/sync/run'
import { Server } from './server'
import { record, uses } from './phone'
import { afterWaiting, refusedFor } from './patience'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let server: Server
let db: PersonDatabase

beforeEach(async () => {
  server = new Server()
  db = await uses('li')
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

  test.each([429, 503])('%i: a wait noted by a clock that was a day fast is over once the clock was put right', async (status) => {
    const now = Date.now()
    await record(1)
    server.refuse('/sync', status, 'busy', { headers: { 'Retry-After': '60' } })
    vi.useFakeTimers({ now: now + DAY, toFake: ['Date'] })
    await syncNow()
    vi.setSystemTime(now)
    await run(db, false)
    expect((await syncState()).unsent).toBe(0)
  })

  test('503 until a date: a clock that is a day slow makes an hour of it at most', async () => {
    const now = Date.now()
    await record(1)
    server.refuse('/sync', 503, 'busy', { headers: { 'Retry-After': new Date(now + DAY).toUTCString() } })
    await syncNow()
    vi.useFakeTimers({ now: now + 2 * HOUR, toFake: ['Date'] })
    await run(db, false)
    expect((await syncState()).unsent).toBe(0)
  })

  test('400 by a clock that was a day fast: what stopped is tried once more, as after an hour, once the clock was put right', async () => {
    const now = Date.now()
    await record(1)
    server.refuse('/sync', 400, 'malformed')
    vi.useFakeTimers({ now: now + DAY, toFake: ['Date'] })
    await run(db, false)
    vi.setSystemTime(now)
    await run(db, false)
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
    const sha256 = await keepPhoto(new Blob(['a'], { type: 'image/jpeg' }))
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

  test.each([401, 403, 404, 407, 410, 451])('of something on the way that knows nothing of us (%i) stops nothing: it is as no signal', async (status) => {
    await record(1)
    const leave = server.behindGateway('', () => new Response('<html>请先登录</html>', { status }))
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 1, problem: null, online: false })
    leave()
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null, online: true })
  })

  test.each([429, 502, 503, 511])('%i is no silence: the screen says that the server can’t be reached, until it was', async (status) => {
    await record(1)
    const leave = server.behindGateway('', () => new Response('<html>', { status }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, online: false })
    leave()
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, online: true })
  })

  test.each([429, 502, 503])('%i again and again, without a word of when: the phone asks ever less, also after a reload, until it was heard', async (status) => {
    await record(1)
    server.refuse('/sync', status, 'busy', { when: () => true })
    const waited = [await refusedFor(db), await refusedFor(db), await refusedFor(db)]
    expect(waited.map((wait) => Math.floor(Math.log2(wait / 30_000)))).toEqual([0, 1, 2])
    server.mend()
    await afterWaiting(db)
    expect((await syncState()).unsent).toBe(0)
    server.refuse('/sync', status, 'busy')
    expect(await refusedFor(db)).toBeLessThanOrEqual(45_000)
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
