import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { accountReady, dismissFarewell, farewells, outbox, recordVisit, syncState } from '../src/data'
import { here } from '../src/data/here'
import type { PersonDatabase } from '../src/data/db'
import { keepPhoto } from '../src/data/photos'
import { exportOutbox, signIn, syncNow } from '../src/sync'
import { refreshAccount } from '../src/sync/account'
import { bring, uses } from './phone'
import { Server } from './server'
import { dwellingValue, put, visitForm } from './community'

let server: Server
let db: PersonDatabase

/** A signed-in phone with a household, a visit that was sent, and a visit with a photo that was not. */
beforeEach(async () => {
  server = new Server()
  await signIn('li', 'secret')
  db = (await here()).db
  await recordVisit(visitForm({ summary: '送到了的' }))
  await syncNow()
  await bring(db, [put('dwelling', 'd502', dwellingValue())])
  server.refuse('/sync', 403, 'device_revoked', { when: () => true })
  const photo = await keepPhoto(new Blob(['照片'], { type: 'image/jpeg' }))
  await recordVisit(visitForm({ summary: '没送到的', photos: [photo] }))
})

const left = async (): Promise<number> => (await Promise.all(db.tables.map((table) => table.count()))).reduce((sum, count) => sum + count)

describe('a revoked phone', () => {
  test('hands over what only it has, and then has nothing more of this person', async () => {
    await syncNow()
    const [{ mutations, photos, device_token } = expect.fail('nothing was handed over')] = server.rescued
    expect(mutations).toMatchObject([{ seq: 2, args: { summary: '没送到的' } }])
    expect(photos.map(({ bytes, sha256 }) => createHash('sha256').update(bytes).digest('hex') === sha256)).toEqual([true])
    expect(device_token).toBe('token')
    expect(await accountReady()).toBeNull()
    expect(await db.outbox.count() + await db.photo.count() + (await db.base('dwelling').all()).length).toBe(0)
    expect(await farewells()).toEqual([{ person_id: 'li', name: 'li', device_id: server.exchanges[0]?.device_id, records: 1, photos: 1 }])
    await dismissFarewell('li')
    expect(await farewells()).toEqual([])
  })

  test('without contact drops the households and keeps its work, until it could be handed over', async () => {
    server.breakOff('/rescues')
    await syncNow()
    expect((await db.base('dwelling').all()).length).toBe(0)
    expect(await syncState()).toMatchObject({ unsent: 1, photosUnsent: 1, problem: 'device_revoked', online: false })
    expect(await farewells()).toEqual([])
    await syncNow()
    expect(server.rescued).toHaveLength(1)
    expect(await accountReady()).toBeNull()
  })

  test.each(['{}', '[]', '{"code":401,"msg":"请先登录"}'])('whose work something on the way answers for (%s) keeps it, until the server has it', async (page) => {
    const leave = server.behindGateway('/rescues', () => new Response(page, { headers: { 'Content-Type': 'application/json' } }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, photosUnsent: 1, problem: 'device_revoked', online: false })
    expect(await farewells()).toEqual([])
    leave()
    await syncNow()
    expect(server.rescued).toHaveLength(1)
    expect(await accountReady()).toBeNull()
  })

  test('whose work the server won’t have keeps it and says so', async () => {
    server.refuse('/rescues', 403, 'rescue_foreign')
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 1, problem: 'rescue_foreign' })
  })

  test('hands over what is saved while it is at it', async () => {
    server.meanwhile('/rescues', () => recordVisit(visitForm({ summary: '还在写的' })))
    await syncNow()
    expect(server.rescued.map(({ mutations }) => mutations.map(({ seq }) => seq))).toEqual([[2], [2, 3]])
    expect(await farewells()).toMatchObject([{ records: 2 }])
  })

  test('sends what the server has lost as well, as after a backup', async () => {
    server.lacksAfter(0)
    await syncNow()
    expect(server.rescued.map(({ mutations }) => mutations.map(({ seq }) => seq))).toEqual([[2], [1, 2]])
    expect(await accountReady()).toBeNull()
  })

  test('that died between handing over and signing out leaves at its next opening', async () => {
    const at = await here()
    await Promise.all(db.tables.map((table) => table.clear()))
    server.refuse('/session', 403, 'device_revoked')
    expect(await refreshAccount(at)).toBe(false)
    expect(await accountReady()).toBeNull()
    expect(server.rescued).toEqual([])
  })

  test('leaves also when its owner signs in again, who then goes on as a new device', async () => {
    server.refuse('/session', 403, 'device_revoked')
    await expect(signIn('li', 'secret')).rejects.toMatchObject({ code: 'device_revoked' })
    expect(server.rescued).toHaveLength(1)
    await signIn('li', 'secret')
    const ids = server.to('/session').map(({ content }) => (content as { device: { id: string } }).device.id)
    expect(ids[2]).not.toBe(ids[1])
  })

  test('leaves the others of this phone in peace', async () => {
    const other = await uses('wang')
    await recordVisit(visitForm({ summary: '王芳写的' }))
    await signIn('li', 'secret')
    await syncNow()
    expect(await accountReady()).toBeNull()
    expect(await other.outbox.count()).toBe(1)
    expect(await left()).toBeLessThanOrEqual(1)
  })
})

describe('an exported outbox', () => {
  test('has what waits, with its photos and what the clock lacks, and the phone still has it too', async () => {
    const files = await exportOutbox()
    expect(files).toHaveLength(1)
    const { mutations, photos, clock_offset_ms } = await server.open(files[0] as File)
    expect([mutations.length, photos.length]).toEqual([1, 1])
    expect(Math.abs(clock_offset_ms ?? NaN)).toBeLessThan(10_000)
    expect((await outbox()).rows.filter(({ where }) => where === 'phone')).toMatchObject([{ fresh: false }])
  })

  test('of nothing is no file', async () => {
    await uses('newcomer')
    expect(await exportOutbox()).toEqual([])
  })
})

test('quarantined work has arrived, and says who decides about it', async () => {
  const person = await uses('zhao')
  const id = await recordVisit(visitForm())
  const [entry] = await person.outbox.toArray()
  await bring(person, [], [{ id: entry?.mutation.id ?? '', seq: 1, verdict: 'quarantined', code: null, detail: null, receipt: '8F3K-22QD' }])
  expect((await outbox()).rows).toMatchObject([{ where: 'received', problem: 'quarantined', record: { id } }])
  expect(await syncState()).toMatchObject({ unsent: 0, refused: 0 })
})
