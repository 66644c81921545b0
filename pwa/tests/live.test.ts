import { effectScope, ref, watch, type Ref } from 'vue'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { account, dwelling, editResident, live, readySearch, recordVisit, syncState, type DwellingPage, type SearchHit } from '../src/data'
import { Server } from './server'
import { signIn, startSync, syncNow } from '../src/sync'
import { exclusively } from '../src/sync/locks'
import { noteProgress } from '../src/data/facts'
import { forScreen } from '../src/data/screen'
import { bring, search, unlock, uses } from './phone'
import { dropKey } from '../src/data/keys'
import { clearCurrent, currentAccount, phone } from '../src/data/phone'
import { timeToRead, touchHere } from '../src/data/pages_to_come'
import { resting } from '../src/data/rest'
import { building, dwellingValue, grid, home, post, put, residentValue, theUnits, visitForm, visitValue } from './community'

/** Resolves once the ref holds what is hoped for. */
const becomes = <T>(value: Ref<T>, hoped: (now: T) => boolean): Promise<void> =>
  new Promise((resolve) => {
    watch(value, (now) => { if (hoped(now)) resolve() }, { immediate: true })
  })

/** Sooner than the timer of an app that is looked at. */
const SOON = 15_000

// the app goes on: what it exchanges for this test's person ends before the phone is emptied for the next
afterEach(() => exclusively(clearCurrent))

const settled = () => new Promise((resolve) => { setTimeout(resolve, 60) })

describe('a live read', () => {
  test('follows what is saved, and who is signed in', async () => {
    await uses('li')
    const scope = effectScope()
    const [unsent, who] = scope.run(() => [live(async () => (await syncState()).unsent, -1), account()] as const) ?? []
    if (!unsent || !who) throw new Error('the scope ran nothing')
    await becomes(unsent, (now) => now === 0)
    await recordVisit(visitForm())
    await becomes(unsent, (now) => now === 1)
    await uses('wang')
    await becomes(unsent, (now) => now === 0)
    await becomes(who, (now) => now?.person.id === 'wang')
    await clearCurrent()
    await becomes(who, (now) => now === null)
    scope.stop()
  })

  test('goes on following, also of several that ask at once', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm())
    const scope = effectScope()
    const all = scope.run(() => Array.from({ length: 6 }, () => live(async () => (await syncState()).lastContact, '')))
    if (!all) throw new Error('the scope ran nothing')
    await Promise.all(all.map((one) => becomes(one, (now) => now !== '')))
    for (const lastContact of ['2026-11-28T00:00:00Z', '2026-11-28T00:00:01Z']) {
      await recordVisit(visitForm())
      await noteProgress(db, { lastContact })
      await Promise.all(all.map((one) => becomes(one, (now) => now === lastContact)))
    }
    scope.stop()
  })

  test('asks anew when what it depends on changes, and rests when its page is gone', async () => {
    await uses('li')
    const asked: string[] = []
    const id = ref('a')
    const scope = effectScope()
    const hasAsked = (...all: string[]) => vi.waitFor(() => expect(asked).toEqual(all), SOON)
    scope.run(() => live(async () => { asked.push(`${id.value}${(await syncState()).unsent}`) }, undefined, () => id.value))
    await hasAsked('a0')
    id.value = 'b'
    await hasAsked('a0', 'b0')
    await recordVisit(visitForm())
    await hasAsked('a0', 'b0', 'b1')
    scope.stop()
    await recordVisit(visitForm())
    await settled()
    expect(asked).toHaveLength(3)
  })

  test('asks once at a time while much is saved, and at last for what there is', async () => {
    await uses('li')
    let [asked, answer] = [0, () => {}]
    const gate = new Promise<void>((resolve) => { answer = resolve })
    const scope = effectScope()
    const unsent = scope.run(() => live(async () => {
      asked += 1
      const { unsent } = await syncState()
      if (asked === 2) await Promise.resolve(gate)
      return unsent
    }, -1)) as Ref<number>
    await becomes(unsent, (now) => now === 0)
    for (let visits = 0; visits < 5; visits += 1) await recordVisit(visitForm())
    await settled()
    expect(asked).toBe(2)
    answer()
    await becomes(unsent, (now) => now === 5)
    expect(asked).toBe(3)
    scope.stop()
  })

  test('shows what it has read, though something was saved meanwhile, and then that', async () => {
    await uses('li')
    let read = () => {}
    const reading = new Promise<void>((resolve) => { read = resolve })
    let answer = () => {}
    const gate = new Promise<void>((resolve) => { answer = resolve })
    const shown: number[] = []
    const scope = effectScope()
    scope.run(() => {
      const unsent = live(async () => {
        const { unsent } = await syncState()
        read()
        await Promise.resolve(gate)
        return unsent
      }, -1)
      watch(unsent, (now) => { shown.push(now) }, { flush: 'sync' })
    })
    await reading
    await recordVisit(visitForm())
    answer()
    await vi.waitFor(() => { expect(shown).toEqual([0, 1]) })
    scope.stop()
  })

  test('asks again after a fault, as of a disk that could not be opened at first', async () => {
    await uses('li')
    const reported = vi.spyOn(globalThis, 'reportError').mockReturnValue()
    let asked = 0
    const scope = effectScope()
    const unsent = scope.run(() => live(async () => {
      asked += 1
      if (asked === 1) throw new Error('Internal error opening backing store')
      return (await syncState()).unsent
    }, -1)) as Ref<number>
    await becomes(unsent, (now) => now === 0)
    expect(reported).toHaveBeenCalledTimes(1)
    await recordVisit(visitForm())
    await becomes(unsent, (now) => now === 1)
    scope.stop()
    reported.mockRestore()
  })

  test('goes on after a read that never ends, as one whose connection died', async () => {
    await uses('li')
    let asked = 0
    const scope = effectScope()
    const unsent = scope.run(() => live(async () => {
      asked += 1
      const { unsent } = await syncState()
      if (asked === 2) await new Promise(() => {})
      return unsent
    }, -1)) as Ref<number>
    await becomes(unsent, (now) => now === 0)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await recordVisit(visitForm())
    await vi.waitFor(() => { expect(asked).toBe(2) })
    await recordVisit(visitForm())
    await vi.advanceTimersByTimeAsync(10_000)
    await vi.waitFor(() => { expect(unsent.value).toBe(2) })
    vi.useRealTimers()
    scope.stop()
  })
})

describe('while pages of a patch follow one another', () => {
  const PAGES = 6

  /** An open page that tells how many visits a dwelling has had, as they come in pages of one; before the last of them `work` is done. */
  async function told(work: (visits: Ref<number>) => Promise<unknown>): Promise<Ref<number>> {
    const server = new Server()
    await uses('li')
    server.feed.push(...home())
    await syncNow()
    server.pages = 1
    server.feed.push(...Array.from({ length: PAGES }, (_, at) => put('visit', `v${at}`, visitValue())))
    const scope = effectScope()
    onTestFinished(() => scope.stop())
    const visits = scope.run(() => live(async () => (await dwelling('d502'))?.visits.length ?? -1, -1)) as Ref<number>
    await becomes(visits, (now) => now === 0)
    const last = server.exchanges.length + PAGES
    const beforeTheLast = async () => {
      if (server.exchanges.length === last) await work(visits)
      else server.meanwhile('/sync', beforeTheLast)
    }
    server.meanwhile('/sync', beforeTheLast)
    await syncNow()
    return visits
  }

  test('what is shown is read again when the last has come', async () => {
    let before = PAGES
    const visits = await told(async (shown) => {
      await settled()
      before = shown.value
    })
    expect(before).toBeLessThan(PAGES - 1)
    await becomes(visits, (now) => now === PAGES)
  })

  test('somebody who touches it is shown what each of them brought', async () => {
    touchHere()
    await told((visits) => vi.waitFor(() => { expect(visits.value).toBe(PAGES - 1) }, 900))
  })

  test('and one is lost, what came is shown at once', async () => {
    await told(() => Promise.reject(new TypeError('Failed to fetch')))
    const late = settled().then(() => 'late')
    expect(await Promise.race([timeToRead(performance.now()).then(() => 'at once'), late])).toBe('at once')
  })
})

describe('the rest of a live read', () => {
  test('is none while changes are few', () => {
    const rest = resting()
    expect(rest(0, 100)).toBe(0)
    expect(rest(1_000, 1_100)).toBe(0)
    expect(rest(1_400, 1_500)).toBe(0)
  })

  test('grows to three times what reading takes where changes follow one another', () => {
    const rest = resting()
    let [now, read, rested] = [0, 0, 0]
    for (let times = 0; times < 50; times += 1) {
      const pause = rest(now, now + 100)
      now += 100 + pause
      read += 100
      rested += pause
    }
    expect(rested / read).toBeGreaterThan(2.8)
    expect(rest(now, now + 100)).toBe(300)
  })
})

test('an open page shows what the server brings', async () => {
  const db = await uses('li')
  await bring(db, home())
  const scope = effectScope()
  const page = scope.run(() => live(() => dwelling('d502'), null)) as Ref<DwellingPage | null>
  await becomes(page, (now) => now?.visits.length === 0)
  await bring(db, [put('visit', 'v1', visitValue())])
  await becomes(page, (now) => now?.visits.length === 1)
  await bring(db, [put('visit', 'v2', visitValue())])
  await becomes(page, (now) => now?.visits.length === 2)
  scope.stop()
})

test.each(['3-1-502', '1-502', '502', '3号楼', '秀英', '8817'])('a search for %j that was made before the first copy came finds what it brings', async (asked) => {
  const db = await uses('li')
  const scope = effectScope()
  const hits = scope.run(() => live<SearchHit[] | null>(() => search(asked), null)) as Ref<SearchHit[] | null>
  await becomes(hits, (now) => now?.length === 0)
  await bring(db, [...theUnits(), building('b3', '3号楼')], [], true)
  await bring(db, [put('dwelling', 'd502', dwellingValue())], [], true)
  await bring(db, [put('resident', 'r1', residentValue())])
  await becomes(hits, (now) => now?.[0]?.names[0] === '王秀英')
  scope.stop()
})

test('a search that meets a directory being made follows what changes after it, on the server and here', async () => {
  const db = await uses('li')
  const people = Array.from({ length: 1_200 }, (_, at) => put('resident', `r${at}`, residentValue({ name: at === 1_100 ? '单春华' : '王秀英' })))
  await bring(db, [...home(), ...people])
  const scope = effectScope()
  void readySearch()
  const names = scope.run(() => live(async () => (await search('danch')).flatMap((hit) => hit.names).filter((name) => name !== '王秀英'), [])) as Ref<string[]>
  await becomes(names, ([name]) => name === '单春华')
  await bring(db, [put('resident', 'r1100', residentValue({ name: '单春红' }))])
  await becomes(names, ([name]) => name === '单春红')
  const resident = (await dwelling('d502'))?.residents.find(({ id }) => id === 'r1100')
  if (!resident) throw new Error('nobody of this id lives there')
  await editResident(resident, { name: '单春晖' })
  await becomes(names, ([name]) => name === '单春晖')
  scope.stop()
})

test('a visit is sent by itself, soon after it is saved, and what waited soon after its author signed in again', async () => {
  const server = new Server()
  const sent = (seqs: number[]) => vi.waitFor(() => { expect(server.taken.map(({ seq }) => seq)).toEqual(seqs) }, SOON)
  await uses('li')
  startSync()
  await recordVisit(visitForm())
  await sent([1])
  await recordVisit(visitForm())
  await sent([1, 2])
  server.refuse('/sync', 401, 'signed_out')
  await recordVisit(visitForm())
  await vi.waitFor(async () => { expect(await syncState()).toMatchObject({ problem: 'signed_out', running: false }) }, SOON)
  await signIn('li', 'secret')
  await sent([1, 2, 3])
})

test('a visit saved while another tab exchanges is sent as soon as that one has ended', async () => {
  const server = new Server()
  await uses('li')
  startSync()
  let end = () => {}
  const otherTab = exclusively(() => new Promise<void>((resolve) => { end = resolve }))
  await recordVisit(visitForm())
  await settled()
  expect(server.taken).toEqual([])
  end()
  await otherTab
  await vi.waitFor(() => { expect(server.taken).toHaveLength(1) }, SOON)
})

test('a post given meanwhile is known once a phone that was opened locked is unlocked', async () => {
  const server = new Server()
  server.who = { id: 'wang', scope: [post(grid, 'grid_leader')] }
  await uses('wang')
  dropKey('wang')
  startSync()
  await settled()
  await unlock('wang')
  await phone.account.update('wang', { last_used_at: '2026-11-24T00:00:00.000Z' })
  await vi.waitFor(async () => { expect((await currentAccount())?.scope).toMatchObject([{ role: 'grid_leader' }]) }, SOON)
})

test('what is read for the screen goes before the first exchange after unlocking, and holds up no other tab', async () => {
  const server = new Server()
  server.who = { id: 'zhao', scope: [post(grid, 'grid_worker')] }
  await uses('zhao')
  dropKey('zhao')
  startSync()
  await settled()
  let shown = () => {}
  forScreen(new Promise<void>((resolve) => { shown = resolve }))
  await unlock('zhao')
  await phone.account.update('zhao', { last_used_at: '2026-11-24T00:00:00.000Z' })
  await recordVisit(visitForm())
  await settled()
  await exclusively(() => Promise.resolve())
  expect(server.taken).toEqual([])
  shown()
  await vi.waitFor(() => { expect(server.taken).toHaveLength(1) }, SOON)
})

test('a server that may have let go of where to push hears of it when the app is opened', async () => {
  const server = new Server()
  server.who = { id: 'sun', scope: [post(grid, 'grid_worker')] }
  const told: string[] = []
  const registration = { pushManager: { getSubscription: async () => ({ toJSON: () => ({ endpoint: 'https://push.example/1' }) }) } }
  const served = fetch
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!url.endsWith('/push-subscriptions')) return served(url, init)
    told.push(init.body as string)
    return new Response(null, { status: 204 })
  })
  vi.stubGlobal('PushManager', Object)
  vi.stubGlobal('Notification', { permission: 'granted' })
  Object.assign(navigator, { serviceWorker: { getRegistration: async () => registration, addEventListener: () => undefined } })
  onTestFinished(() => { Object.assign(navigator, { serviceWorker: undefined }) })
  await uses('sun')
  startSync()
  await recordVisit(visitForm())
  await vi.waitFor(() => { expect(told).toEqual(['{"endpoint":"https://push.example/1"}']) }, SOON)
})
