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
