import Dexie, { liveQuery } from 'dexie'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { changePin, choosePin, door, dwelling, enterPin, forfeit, isWeak, lockNow, recordVisit, saveDraft, draft, syncState } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { setFact } from '../src/data/facts'
import { databaseOf, here, storedOf } from '../src/data/here'
import { dropKey, Locked } from '../src/data/keys'
import { phone } from '../src/data/phone'
import { keepPhoto } from '../src/data/photos'
import { sealAll } from '../src/data/seal_all'
import { hasPasskey } from '../src/data/first'
import { signIn, signOut, syncNow } from '../src/sync'
import { storage } from './browser_storage'
import { dwellingValue, home, put, residentValue, visitForm } from './community'
import { bring, search } from './phone'
import { OTHER_KEY, RESCUE_KEY } from './rescue_key'
import { Server } from './server'

const PIN = '135790'

let server: Server
let db: PersonDatabase

/** A phone whose owner has signed in and chosen a PIN. */
beforeEach(async () => {
  vi.stubGlobal('sessionStorage', storage())
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  server = new Server()
  await signIn('li', 'secret')
  await choosePin(PIN)
  db = (await here()).db
})

/** All that lies on the disk, as text. */
async function onDisk(): Promise<string> {
  const rows: unknown[] = []
  for (const name of await Dexie.getDatabaseNames()) {
    const raw = await new Dexie(name).open()
    for (const table of raw.tables) rows.push(...(await table.toArray()))
    raw.close()
  }
  return JSON.stringify(rows, (_key, value: unknown) => (value instanceof ArrayBuffer ? Buffer.from(value).toString('latin1') : value))
}

const aTabIsThrownAway = () => { dropKey('li') }

const aMomentLater = (ms: number) => { vi.advanceTimersByTime(ms) }

const theClockIsTurned = (ms: number) => { vi.setSystemTime(Date.now() + ms) }

async function tries(pins: string[]): Promise<void> {
  for (const pin of pins) {
    await enterPin(pin)
    aMomentLater(3_600_000)
  }
}

describe('what lies on the disk', () => {
  const SECRETS = ['王秀英', '13800008817', '老人一个人住', '灯泡坏了', '写了一半']

  test('is nothing of a household, of a visit, of a draft or of a photo in the clear', async () => {
    await bring(db, [...home(), put('dwelling', 'd502', dwellingValue({ note: '老人一个人住' })), put('resident', 'r1', residentValue({ phone: '13800008817' }))])
    await recordVisit(visitForm({ summary: '灯泡坏了' }))
    await saveDraft('visit:d502', { summary: '写了一半' })
    await keepPhoto(new Blob(['一张照片'], { type: 'image/jpeg' }))
    const text = await onDisk()
    expect([...SECRETS, Buffer.from('一张照片').toString('latin1')].filter((secret) => text.includes(secret))).toEqual([])
    expect((await dwelling('d502'))?.visits[0]?.value.summary).toBe('灯泡坏了')
  })

  test('of an older version of the app is encrypted once its owner has chosen a PIN', async () => {
    const clear = storedOf('li')
    await clear.draft.put({ key: 'old', value: '写了一半' })
    await setFact(clear, 'sealed', undefined as never)
    expect(await onDisk()).toContain('写了一半')
    expect(await draft('old')).toBe('写了一半')
    await sealAll(db)
    expect(await onDisk()).not.toContain('写了一半')
    expect(await draft('old')).toBe('写了一半')
  })
})

describe('a locked phone', () => {
  beforeEach(async () => {
    await bring(db, [...home(), put('resident', 'r1', residentValue())])
    await recordVisit(visitForm())
    await search('王')
    await lockNow()
  })

  test('shows nothing, and opens with the PIN', async () => {
    expect(await door()).toBe('enter')
    await expect(syncState()).rejects.toThrow(Locked)
    await expect(databaseOf('li').draft.toArray()).resolves.toEqual([])
    await expect(databaseOf('li').outbox.toArray()).rejects.toThrow(Locked)
    expect(await enterPin('135791')).toMatchObject({ raw: null, looked: true, left: 9 })
    expect(await door()).toBe('enter')
    expect((await enterPin(PIN)).raw).not.toBeNull()
    expect(await door()).toBe('open')
    expect((await syncState()).unsent).toBe(1)
    expect((await search('王'))[0]?.names[0]).toBe('王秀英')
  })

  test('tells once whoever follows it that it is open', async () => {
    const seen: string[] = []
    const asked = async () => [(await phone.account.get('li'))?.last_used_at ?? '', (await phone.lock.get('li'))?.session ? 'open' : 'locked'].join(' ')
    const last = new Promise<void>((opened) => {
      liveQuery(asked).subscribe((now) => {
        if (now !== seen.at(-1)) seen.push(now)
        if (now.endsWith('open')) opened()
      })
    })
    aMomentLater(1_000)
    await enterPin(PIN)
    await last
    const [before, ...after] = seen
    expect(before).toMatch(/locked$/)
    expect(after).toEqual([`${new Date().toISOString()} open`])
  })

  test('that is full holds no key of which it keeps nothing', async () => {
    const full = () => { throw new Dexie.QuotaExceededError('full') }
    phone.account.hook('updating', full)
    await expect(enterPin(PIN)).rejects.toThrow('full')
    phone.account.hook('updating').unsubscribe(full)
    await expect(syncState()).rejects.toThrow(Locked)
    expect((await phone.lock.get('li'))?.session).toBeNull()
    expect((await enterPin(PIN)).raw).not.toBeNull()
    expect((await syncState()).unsent).toBe(1)
  })

  test('tells nobody what came of a PIN whose try it could not count', async () => {
    const full = () => { throw new Dexie.QuotaExceededError('full') }
    phone.lock.hook('updating', full)
    await expect(enterPin(PIN)).rejects.toThrow('full')
    phone.lock.hook('updating').unsubscribe(full)
    expect(await door()).toBe('enter')
    await expect(syncState()).rejects.toThrow(Locked)
  })

  test('is slower to look at each wrong PIN after the third, and not fooled by a right one before its time', async () => {
    for (const pin of ['111112', '111113', '111114', '111115']) await enterPin(pin)
    const early = await enterPin(PIN)
    expect(early).toMatchObject({ raw: null, looked: false, left: 6 })
    expect(early.wait - performance.now()).toBeGreaterThan(4_000)
    aMomentLater(6_000)
    expect((await enterPin(PIN)).raw).not.toBeNull()
  })

  test.each([['forward', 86_400_000], ['back', -86_400_000]])('whose clock was turned %s waits no less and no longer', async (_way, turn) => {
    for (const pin of ['111112', '111113', '111114', '111115']) await enterPin(pin)
    theClockIsTurned(turn)
    expect((await enterPin(PIN)).raw).toBeNull()
    aMomentLater(6_000)
    expect((await enterPin(PIN)).raw).not.toBeNull()
  })

  test('that was locked in another tab after its clock was turned back shows nothing in this one', async () => {
    await enterPin(PIN)
    theClockIsTurned(-3_600_000)
    await phone.lock.update('li', { session: null })
    expect(await door()).toBe('enter')
    await expect(syncState()).rejects.toThrow(Locked)
  })

  test('drops the households at the tenth wrong PIN, never what was not sent, and opens again for who signs in', async () => {
    await tries(Array.from({ length: 10 }, (_, at) => `24680${at}`))
    expect(await door()).toBe('lost')
    expect(await storedOf('li').bundle.count()).toBe(0)
    expect((await enterPin(PIN)).raw).toBeNull()
    expect(await storedOf('li').outbox.count()).toBe(1)
    await signIn('li', 'secret')
    expect(await door()).toBe('choose')
    await choosePin('975310')
    await syncNow()
    expect(server.taken).toHaveLength(1)
    expect((await syncState()).unsent).toBe(0)
  })

  test('forgets its passkey with its PIN, so that only signing in opens it', async () => {
    await phone.lock.update('li', { passkey: { credential: new ArrayBuffer(16), salt: new Uint8Array(32), wrapped: new ArrayBuffer(60) } })
    expect(await hasPasskey()).toBe(true)
    await tries(Array.from({ length: 10 }, (_, at) => `24680${at}`))
    expect([await hasPasskey(), await door()]).toEqual([false, 'lost'])
  })

  test('whose owner forgot the PIN loses nothing by signing in', async () => {
    await forfeit('li', { wipe: false })
    expect(await door()).toBe('lost')
    await signIn('li', 'secret')
    await choosePin('975310')
    expect((await search('王'))[0]?.names[0]).toBe('王秀英')
  })

  test('whose owner signed in and was called away, so that the tab was thrown away, takes the new PIN long after', async () => {
    await forfeit('li', { wipe: false })
    await signIn('li', 'secret')
    vi.resetModules()
    const tab = await import('../src/data')
    expect(await tab.door()).toBe('choose')
    aMomentLater(310_000)
    await tab.choosePin('975310')
    expect(await tab.door()).toBe('open')
    expect((await tab.syncState()).unsent).toBe(1)
  })

  test('whose server came back with other keys leaves its own there anew, so that a PIN forgotten later costs nothing', async () => {
    server.who.id = 'wang'
    server.rescueKey = OTHER_KEY
    await signIn('wang', 'secret')
    await choosePin(PIN)
    await recordVisit(visitForm())
    server.rescueKey = RESCUE_KEY
    await lockNow()
    await signIn('wang', 'secret')
    expect(await door()).toBe('enter')
    await enterPin(PIN)
    await forfeit('wang', { wipe: false })
    await signIn('wang', 'secret')
    await choosePin('975310')
    expect((await syncState()).unsent).toBe(1)
  })

  test('that does not get its key back says so and keeps everything', async () => {
    await forfeit('li', { wipe: false })
    await phone.lock.update('li', { escrow: new Uint8Array(200).buffer })
    server.who.id = 'li'
    await expect(signIn('li', 'secret')).rejects.toThrow()
    expect(await storedOf('li').outbox.count()).toBe(1)
  })
})

describe('a PIN', () => {
  test('can be changed by who knows it', async () => {
    expect((await changePin('000001', '975310')).raw).toBeNull()
    expect((await changePin(PIN, '975310')).raw).not.toBeNull()
    await lockNow()
    expect((await enterPin(PIN)).raw).toBeNull()
    expect((await enterPin('975310')).raw).not.toBeNull()
  })

  test.each([['111111', true], ['123456', true], ['987654', true], ['135790', false], ['112233', false]])('%s is weak: %s', (pin, weak) => {
    expect(isWeak(pin)).toBe(weak)
  })
})

describe('somebody who comes back', () => {
  test('within five minutes needs no PIN, though the tab was thrown away', async () => {
    aTabIsThrownAway()
    aMomentLater(290_000)
    expect(await door()).toBe('open')
    expect((await syncState()).unsent).toBe(0)
  })

  test('later needs it', async () => {
    aTabIsThrownAway()
    aMomentLater(310_000)
    expect(await door()).toBe('enter')
  })

  test('after it was locked in another tab needs it', async () => {
    const other = globalThis.sessionStorage.getItem('qiaomen.key') ?? ''
    await lockNow()
    globalThis.sessionStorage.setItem('qiaomen.key', other)
    expect(await door()).toBe('enter')
  })

  test('after signing out finds no key of theirs, and it is there again once they sign in', async () => {
    await recordVisit(visitForm())
    await signOut({ force: true })
    expect(globalThis.sessionStorage.getItem('qiaomen.key')).toBeNull()
    server.who = { id: 'wang', scope: [] }
    await signIn('wang', 'secret')
    expect(await door()).toBe('choose')
    await expect(databaseOf('li').outbox.toArray()).rejects.toThrow(Locked)
    server.who = { id: 'li', scope: [] }
    await signIn('li', 'secret')
    expect(await door()).toBe('open')
    expect((await syncState()).unsent).toBe(1)
  })

  test('after another whose session had ended in the open finds nothing of theirs in memory', async () => {
    await recordVisit(visitForm())
    server.who.id = 'wang'
    await signIn('wang', 'secret')
    await expect(databaseOf('li').outbox.toArray()).rejects.toThrow(Locked)
  })
})
