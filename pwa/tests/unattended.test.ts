import { beforeEach, describe, expect, test, vi } from 'vitest'
import { accountReady, dismissFarewell, farewells, outbox, recordVisit, syncState } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { fact, progress } from '../src/data/facts'
import { here, storedOf } from '../src/data/here'
import { dropKey, holdKey, keyOf } from '../src/data/keys'
import { keepPhoto } from '../src/data/photos'
import { signIn, signOut, syncNow } from '../src/sync'
import { askBackgroundSync } from '../src/sync/background'
import { exclusively } from '../src/sync/locks'
import { leaveToPage, sendUnattended, stillToSend, WorkWaits } from '../src/sync/unattended'
import { visitForm } from './community'
import { Server } from './server'

let server: Server
let db: PersonDatabase
let key: CryptoKey

/** Its owner unlocks it. */
const opensAgain = async () => { holdKey('li', key) }

/** A phone on which a visit with a photo waits. */
beforeEach(async () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
  server = new Server()
  await signIn('li', 'secret')
  db = (await here()).db
  key = keyOf('li')
  const photo = await keepPhoto(new Blob(['照片'], { type: 'image/jpeg' }))
  await recordVisit(visitForm({ photos: [photo] }))
})

const handedIn = () => server.rescued.map(({ mutations, photos }) => [mutations.map(({ seq }) => seq), photos.map(({ bytes }) => bytes.toString())])

describe('a phone with no page open, which nobody has unlocked', () => {
  beforeEach(() => { dropKey('li') })

  test('hands in what waits as it lies, encrypted, and its photos are done', async () => {
    await sendUnattended()
    expect(handedIn()).toEqual([[[1], ['照片']]])
    expect(server.exchanges).toEqual([])
    await opensAgain()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 0, problem: null })
    expect((await outbox()).rows).toMatchObject([{ where: 'received', fresh: false }])
  })

  test('hands nothing in twice, and the next exchange brings the verdicts', async () => {
    await sendUnattended()
    await sendUnattended()
    expect(server.rescued).toHaveLength(1)
    await opensAgain()
    await recordVisit(visitForm())
    dropKey('li')
    await sendUnattended()
    expect(handedIn()).toEqual([[[1], ['照片']], [[2], []]])
    await opensAgain()
    await syncNow()
    expect((await syncState()).unsent).toBe(0)
    expect(server.taken.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('has arrived with it, also where the next exchange finds no signal', async () => {
    await sendUnattended()
    await opensAgain()
    server.signal = false
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, online: false })
    server.signal = true
    await syncNow()
    expect((await outbox()).rows).toMatchObject([{ where: 'received', receipt: '8F3K-22QD' }])
  })

  test('leaves it to the next exchange to fill what the server has lost', async () => {
    server.lacksAfter(0)
    await sendUnattended()
    await sendUnattended()
    expect(server.rescued).toHaveLength(1)
    expect((await progress(storedOf('li'))).problem).toBeNull()
  })

  test('asks the server nothing when nothing waits, or nobody is signed in', async () => {
    await opensAgain()
    await syncNow()
    server.asked.length = 0
    await sendUnattended()
    await signOut({ force: true })
    server.asked.length = 0
    await sendUnattended()
    expect(server.asked).toEqual([])
  })

  test('is woken again when the server was not reached, and keeps everything', async () => {
    server.signal = false
    await expect(sendUnattended()).rejects.toThrow(WorkWaits)
    expect(await progress(storedOf('li'))).toMatchObject({ unreachable: true })
    expect(await storedOf('li').outbox.toArray()).toMatchObject([{ state: 'waiting', fresh: true }])
    server.signal = true
    await sendUnattended()
    expect(handedIn()).toEqual([[[1], ['照片']]])
  })

  test.each(['{}', '{"code":401,"msg":"请先登录"}'])('has handed in nothing where something on the way answers (%s)', async (page) => {
    const leave = server.behindGateway('', () => new Response(page, { headers: { 'Content-Type': 'application/json' } }))
    await expect(sendUnattended()).rejects.toThrow(WorkWaits)
    expect(await progress(storedOf('li'))).toMatchObject({ unreachable: true, problem: null })
    leave()
    await sendUnattended()
    expect(handedIn()).toEqual([[[1], ['照片']]])
  })

  test('may have handed in what broke off, and its author does not put it otherwise', async () => {
    server.breakOff('/rescues')
    await expect(sendUnattended()).rejects.toThrow(WorkWaits)
    expect(await storedOf('li').outbox.toArray()).toMatchObject([{ state: 'waiting', fresh: false }])
  })

  test('is woken again when the server is busy, and does not ask before the server said', async () => {
    server.refuse('/rescues', 503, 'busy', { headers: { 'Retry-After': '600' } })
    await expect(sendUnattended()).rejects.toThrow(WorkWaits)
    const asked = server.asked.length
    await expect(sendUnattended()).rejects.toThrow(WorkWaits)
    expect(server.asked).toHaveLength(asked)
  })

  test('is not woken over what somebody has to mend', async () => {
    server.refuse('/rescues', 403, 'rescue_foreign')
    await sendUnattended()
    expect(await progress(storedOf('li'))).toMatchObject({ problem: 'rescue_foreign', stopped: true })
    await sendUnattended()
    expect(server.to('/rescues')).toHaveLength(1)
  })

  test('sends nothing of one person in the session of another', async () => {
    server.who = { id: 'wang', scope: [] }
    await sendUnattended()
    expect(server.rescued).toEqual([])
    expect(await progress(storedOf('li'))).toMatchObject({ problem: 'signed_out' })
  })

  test('waits for its turn behind a page, and leaves it nothing to send', async () => {
    await opensAgain()
    await Promise.all([syncNow(), sendUnattended(), sendUnattended()])
    expect([server.taken.length, server.rescued.length]).toEqual([1, 0])
  })

  test('gives up before the browser does, should everything hang', async () => {
    let letGo = (): void => undefined
    const hangs = new Promise<void>((asked) => vi.stubGlobal('fetch', () => new Promise((_answer, fail) => { letGo = () => fail(new TypeError()); asked() })))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const ended = expect(sendUnattended()).rejects.toThrow(WorkWaits)
    await hangs
    vi.advanceTimersByTime(170_000)
    await ended
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError()))
    letGo()
    await exclusively(async () => undefined)
    await opensAgain()
    expect((await syncState()).unsent).toBe(1)
  })

  test('that is revoked hands its work over and leaves, and its owner is not told that something was lost', async () => {
    server.refuse('/session', 403, 'device_revoked')
    await sendUnattended()
    expect(server.rescued).toMatchObject([{ mutations: [{ seq: 1 }] }])
    expect(await accountReady()).toBeNull()
    expect(await farewells()).toMatchObject([{ records: 1, photos: 1 }])
    await signIn('li', 'secret')
    expect(await fact(db, 'replaces')).toBeNull()
  })

  test('that left so is not missed either once its owner has read why', async () => {
    server.refuse('/session', 403, 'device_revoked')
    await sendUnattended()
    await dismissFarewell('li')
    await signIn('li', 'secret')
    expect(await fact(db, 'replaces')).toBeNull()
  })
})

describe('a page that somebody looks at', () => {
  test('is left to send by itself, and the phone is woken again in case it did not', async () => {
    await expect(leaveToPage()).rejects.toThrow(WorkWaits)
    expect(server.exchanges).toEqual([])
    await syncNow()
    await leaveToPage()
  })

  test('asks to be woken only while something waits that another try could send', async () => {
    expect(await stillToSend(db)).toBe(true)
    server.refuse('/sync', 401, 'signed_out')
    await syncNow()
    expect((await progress(db)).stopped).toBe(true)
    expect(await stillToSend(db)).toBe(false)
  })

  test('asks once, however often it fails', async () => {
    const tags: string[] = []
    const sync = { getTags: async () => tags, register: async (tag: string) => { tags.push(tag) } }
    Object.assign(navigator, { serviceWorker: { getRegistration: async () => ({ sync }) } })
    await askBackgroundSync()
    await askBackgroundSync()
    expect(tags).toEqual(['outbox'])
  })
})
