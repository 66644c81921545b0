import { effectScope, type EffectScope, type Ref } from 'vue'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Door } from '../src/data/first'
import { storage } from './browser_storage'
import { Server } from './server'

const PIN = '135790'
const MINUTE = 60_000

interface Tab {
  door: Ref<Door | null>
  touch: () => void
  enterPin: (pin: string) => Promise<unknown>
}

let open: EffectScope[]

/** Another tab of the browser; what a browser keeps for its tabs, those of one test have in common. */
async function newTab(): Promise<Tab> {
  vi.resetModules()
  let touch = () => {}
  vi.stubGlobal('addEventListener', (event: string, heard: () => void) => { if (event === 'input') touch = heard })
  const [{ useDoor }, { enterPin }] = [await import('../src/components/door'), await import('../src/data/first')]
  const scope = effectScope()
  const door = scope.run(useDoor)
  if (!door) throw new Error('the scope ran nothing')
  open.push(scope)
  await vi.waitFor(() => { expect(door.value).toBe('open') })
  return { door, touch, enterPin }
}

/** Once the tabs have heard of what is told next. */
async function heard(): Promise<void> {
  const channel = new BroadcastChannel('qiaomen-tabs')
  await new Promise((told) => { channel.addEventListener('message', told, { once: true }) })
  channel.close()
}

/** With the timer by which a page looks whether somebody is there. */
const minutesLater = (minutes: number) => { vi.advanceTimersByTime(minutes * MINUTE) }

const theClockIsTurned = (minutes: number) => { vi.setSystemTime(Date.now() + minutes * MINUTE) }

/** A phone whose owner has signed in and chosen a PIN. */
beforeEach(async () => {
  open = []
  vi.stubGlobal('document', { ...document, removeEventListener: () => undefined })
  vi.stubGlobal('removeEventListener', () => undefined)
  vi.stubGlobal('sessionStorage', storage())
  vi.stubGlobal('localStorage', storage())
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  vi.resetModules()
  new Server()
  const [{ signIn }, { choosePin }] = [await import('../src/sync'), await import('../src/data')]
  await signIn('li', 'secret')
  await choosePin(PIN)
})

afterEach(() => { for (const scope of open) scope.stop() })

describe('an open phone', () => {
  test('that nobody touches for five minutes locks', async () => {
    const tab = await newTab()
    minutesLater(4)
    expect(tab.door.value).toBe('open')
    minutesLater(2)
    expect(tab.door.value).toBe('enter')
  })

  test('stays open while it is touched', async () => {
    const tab = await newTab()
    for (let times = 0; times < 3; times++) {
      minutesLater(4)
      tab.touch()
    }
    expect(tab.door.value).toBe('open')
  })

  test.each([['forward', 10], ['back', -10]])('whose clock was turned %s locks once and not again while it is touched', async (_way, minutes) => {
    const tab = await newTab()
    minutesLater(1)
    tab.touch()
    theClockIsTurned(minutes)
    minutesLater(1)
    expect(tab.door.value).toBe('enter')
    tab.touch()
    await tab.enterPin(PIN)
    await vi.waitFor(() => { expect(tab.door.value).toBe('open') })
    for (let times = 0; times < 3; times++) {
      tab.touch()
      minutesLater(1)
      expect(tab.door.value).toBe('open')
    }
  })

  test('is not locked by a tab that lies idle while another is in use, and then by both', async () => {
    const idle = await newTab()
    const used = await newTab()
    for (let times = 0; times < 3; times++) {
      minutesLater(4)
      used.touch()
      expect([idle.door.value, used.door.value]).toEqual(['open', 'open'])
    }
    minutesLater(6)
    expect([idle.door.value, used.door.value]).toEqual(['enter', 'enter'])
  })
})

describe('a phone whose disk takes nothing any more', () => {
  const full = () => { throw new DOMException('full', 'QuotaExceededError') }

  /** Neither the lock's row nor what a browser keeps in words. */
  async function fillUp(): Promise<void> {
    vi.stubGlobal('localStorage', { ...localStorage, setItem: full })
    const { phone } = await import('../src/data/phone')
    phone.lock.hook('updating', full)
  }

  test('locks in every tab at a tap, and none opens again by a reload', async () => {
    const other = await newTab()
    const tab = await newTab()
    const kept = sessionStorage.getItem('qiaomen.key') ?? ''
    await fillUp()
    const { lockNow, door } = await import('../src/data/first')
    await lockNow()
    await vi.waitFor(() => { expect([tab.door.value, other.door.value]).toEqual(['enter', 'enter']) })
    sessionStorage.setItem('qiaomen.key', kept)
    expect(await door()).toBe('enter')
  })

  test('is not locked by an idle tab while another is in use', async () => {
    const idle = await newTab()
    const used = await newTab()
    await fillUp()
    for (let times = 0; times < 3; times++) {
      minutesLater(4)
      const told = heard()
      used.touch()
      await told
    }
    expect([idle.door.value, used.door.value]).toEqual(['open', 'open'])
  })
})
