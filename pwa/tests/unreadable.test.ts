import { beforeEach, describe, expect, test } from 'vitest'
import { buildings, cases, dismissRefusal, draft, outbox, recordVisit, saveDraft, syncState, today, dwelling } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { setFact } from '../src/data/facts'
import { storedOf } from '../src/data/here'
import { dropKey, holdKey } from '../src/data/keys'
import { workToGive } from '../src/data/leaving'
import { keepPhoto } from '../src/data/photos'
import type { StoredRow } from '../src/data/sealing'
import { syncNow } from '../src/sync'
import { run } from '../src/sync/run'
import { home, visitForm } from './community'
import { record, search, unlock, uses } from './phone'
import { Server } from './server'

let server: Server
let db: PersonDatabase

beforeEach(async () => {
  server = new Server()
  db = await uses('li')
})

/** The rows of a table as they lie. */
const lying = async (table: string) => await storedOf('li').table(table).toArray() as StoredRow[]

/** Flip the last bit of what lies encrypted in a row; done twice, it is as it was. */
async function flip(table: string, key: unknown): Promise<void> {
  await storedOf('li').table(table).where(':id').equals(key as never).modify((row: StoredRow) => {
    const bytes = new Uint8Array((row.sealed as ArrayBuffer).slice(0))
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    row.sealed = bytes.buffer
  })
}

/** A save that was cut off half way. */
async function tear(table: string, key: unknown, bytes: number): Promise<void> {
  await storedOf('li').table(table).where(':id').equals(key as never).modify((row: StoredRow) => { row.sealed = row.sealed?.slice(0, bytes) })
}

const sent = () => server.taken.map(({ seq, name }) => [seq, name])

describe('an entry of the outbox that can’t be read any more', () => {
  test.each([
    ['whose bits were flipped', (seq: number) => flip('outbox', seq)],
    ['that was written by half', (seq: number) => tear('outbox', seq, 30)],
    ['of which hardly anything is left', (seq: number) => tear('outbox', seq, 5)],
  ])('%s stops nothing: the others are sent, and the server is told of the gap', async (_how, spoil) => {
    await record(3)
    await spoil(2)
    await syncNow()
    expect(sent()).toEqual([[1, 'visit.record'], [2, 'outbox.lost'], [3, 'visit.record']])
    expect(server.taken[1]).toMatchObject({ args: { from: 2, to: 2 } })
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1, problem: null })
  })

  test('also first or alone, or with all the others under a key that nobody has', async () => {
    await record(3)
    holdKey('li', await crypto.subtle.importKey('raw', new Uint8Array(32).fill(9), 'AES-GCM', false, ['encrypt', 'decrypt']))
    await record(1)
    await syncNow()
    expect(sent()).toEqual([[1, 'outbox.lost'], [2, 'outbox.lost'], [3, 'outbox.lost'], [4, 'visit.record']])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 3 })
  })

  test('closes no screen, and is told with its kind and time, before and after the server knows', async () => {
    server.feed.push(...home())
    await syncNow()
    await record(2)
    const { at } = (await db.outbox.get(1))?.mutation ?? {}
    await flip('outbox', 1)
    server.signal = false
    const told = { seq: 1, at, where: 'refused', problem: 'unreadable', record: { type: 'visit' } }
    expect((await outbox()).rows).toMatchObject([{ seq: 2, where: 'phone' }, told])
    expect((await dwelling('d502'))?.visits).toHaveLength(1)
    expect(await buildings()).toHaveLength(1)
    await Promise.all([today(), cases('waiting'), search('王')])
    server.signal = true
    await syncNow()
    expect((await outbox()).rows).toMatchObject([{ seq: 2, where: 'received' }, told])
  })

  test('is told of in the same words however often it is sent', async () => {
    await record(1)
    await flip('outbox', 1)
    server.breakOff('/sync')
    await syncNow()
    await syncNow()
    const [first, second] = server.exchanges.map(({ mutations }) => mutations[0])
    expect(second).toEqual(first)
  })

  test('stays as it lies until its author has let it go, and is sent should it open again', async () => {
    await record(2)
    const before = (await lying('outbox'))[0]?.sealed
    await flip('outbox', 1)
    await syncNow()
    await flip('outbox', 1)
    expect((await lying('outbox'))[0]?.sealed).toEqual(before)
    await syncNow()
    expect(sent()).toEqual([[1, 'outbox.lost'], [2, 'visit.record'], [1, 'visit.record']])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 0 })
    expect((await outbox()).rows).toMatchObject([{ seq: 2, where: 'received' }, { seq: 1, where: 'received', problem: null }])
  })

  test('is no longer told of once its author has let it go', async () => {
    await record(1)
    await flip('outbox', 1)
    await syncNow()
    await dismissRefusal(1)
    expect((await outbox()).rows).toEqual([])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 0 })
  })

  test('that is let go before the server knows goes on as a loss', async () => {
    await record(2)
    await flip('outbox', 1)
    await dismissRefusal(1)
    await syncNow()
    expect(sent()).toEqual([[1, 'outbox.lost'], [2, 'visit.record']])
    expect((await outbox()).rows.filter(({ where }) => where === 'refused')).toEqual([])
  })

  test('is not taken for one while the phone is locked', async () => {
    await record(2)
    dropKey('li')
    await run(db, true)
    await unlock('li')
    await syncNow()
    expect(sent()).toEqual([[1, 'visit.record'], [2, 'visit.record']])
  })

  test('is handed over as a loss by a phone that found it out before it was locked', async () => {
    await record(2)
    await flip('outbox', 1)
    server.signal = false
    await syncNow()
    const { mutations, sealed, places } = await workToGive(storedOf('li'))
    expect([mutations.map(({ seq, name }) => [seq, name]), sealed.length, places]).toEqual([[[1, 'outbox.lost']], 1, [2]])
  })

  test('is handed over with its place by a phone that nobody has unlocked since', async () => {
    await record(2)
    await flip('outbox', 1)
    const { mutations, sealed, places } = await workToGive(storedOf('li'))
    expect([mutations, sealed.length, places]).toEqual([[], 2, [1, 2]])
  })

  test('is told of once more to a server that came back from a backup', async () => {
    await record(2)
    await flip('outbox', 1)
    await syncNow()
    server.received.set('device-li', 0)
    server.refuse('/sync', 409, 'sequence_gap', { detail: { received_through: 0 } })
    await syncNow()
    expect(server.exchanges.at(-1)?.mutations.map(({ seq, name }) => [seq, name])).toEqual([[1, 'outbox.lost'], [2, 'visit.record']])
    expect(await syncState()).toMatchObject({ unsent: 0, refused: 1, problem: null })
  })

  test('does not keep older rows from being encrypted', async () => {
    await record(1)
    await storedOf('li').draft.put({ key: 'old', value: '写了一半' })
    await setFact(db, 'sealed', undefined as never)
    await flip('outbox', 1)
    await syncNow()
    expect((await lying('draft')).map(({ sealed }) => sealed instanceof ArrayBuffer)).toEqual([true])
    expect(await draft('old')).toBe('写了一半')
  })
})

describe('what the server can send again', () => {
  beforeEach(async () => {
    server.feed.push(...home())
    await syncNow()
  })

  test.each(['bundle', 'board'])('opens every list without a %s that can’t be read, and is fetched anew', async (table) => {
    const [whole, keys] = [await buildings(), await storedOf('li').table(table).toCollection().primaryKeys()]
    for (const key of keys) await flip(table, key)
    server.signal = false
    await recordVisit(visitForm())
    await syncNow()
    await Promise.all([buildings(), today(), search('王'), dwelling('d502')])
    server.signal = true
    await syncNow()
    expect((await buildings()).map(({ name, dwellings }) => [name, dwellings])).toEqual(whole.map(({ name, dwellings }) => [name, dwellings]))
    expect(await syncState()).toMatchObject({ unsent: 0, problem: null, whole: true })
    expect((await lying(table)).length).toBeGreaterThan(0)
  })
})

test('a photo that can’t be read lets the others pass, and its author is told', async () => {
  const [first, second] = [await keepPhoto(new Blob(['x'], { type: 'image/jpeg' })), await keepPhoto(new Blob(['y'], { type: 'image/jpeg' }))]
  await record(1, { photos: [first, second] })
  await flip('photo', first)
  await syncNow()
  expect([...server.blobs]).toEqual([second])
  expect(await syncState()).toMatchObject({ photosUnsent: 0, photosRefused: 1, problem: null })
})

test('a draft that can’t be read opens an empty form', async () => {
  await saveDraft('visit:d502', { summary: '灯泡' })
  await flip('draft', 'visit:d502')
  expect(await draft('visit:d502')).toBeNull()
  await saveDraft('visit:d502', { summary: '灯泡坏了' })
  expect(await draft('visit:d502')).toEqual({ summary: '灯泡坏了' })
})
