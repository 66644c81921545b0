/** Notices by push are switched on where the browser's push service can be reached, and are said not to come where it can't. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { disablePush, enablePush, pushState, renewPush } from '../src/sync/push'
import { storage } from './browser_storage'
import { forgetEveryone, uses } from './phone'

type Subscribed = { endpoint: string; toJSON: () => object; unsubscribe: () => Promise<boolean> }

let kept: Subscribed | null
let told: string[]
let ended: number

const subscribed: Subscribed = {
  endpoint: 'https://push.example/1',
  toJSON: () => ({ endpoint: 'https://push.example/1' }),
  unsubscribe: async () => { kept = null; ended += 1; return true },
}

/** A browser whose push service answers so. */
function withService(subscribe: () => Promise<Subscribed>): void {
  const pushManager = { getSubscription: async () => kept, subscribe: async () => (kept = await subscribe()) }
  const registration = { pushManager }
  Object.assign(navigator, { serviceWorker: { ready: Promise.resolve(registration), getRegistration: async () => registration } })
}

beforeEach(async () => {
  kept = null
  told = []
  ended = 0
  vi.stubGlobal('PushManager', Object)
  vi.stubGlobal('Notification', { permission: 'granted', requestPermission: async () => 'granted' })
  vi.stubGlobal('fetch', async (url: string) => { told.push(url); return new Response(null, { status: 204 }) })
  await forgetEveryone()
  await uses('li')
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  Object.assign(navigator, { serviceWorker: undefined })
})

test('the server is told where to push once the browser has a push service', async () => {
  withService(async () => subscribed)
  expect(await enablePush()).toBe('on')
  expect(told).toEqual(['/api/v1/push-subscriptions'])
})

test('a browser that finds no push service is said to bring no notices, and the server is told nothing', async () => {
  withService(async () => { throw new DOMException('Registration failed - push service not available', 'AbortError') })
  expect(await enablePush()).toBe('unreachable')
  expect(told).toEqual([])
})

test('one that looks for its push service for ever is waited for no longer than somebody would, and subscribes to nothing later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let answer: (found: Subscribed) => void = () => undefined
  let asked: () => void = () => undefined
  const looking = new Promise<void>((resolve) => { asked = resolve })
  withService(async () => new Promise((resolve) => { answer = resolve; asked() }))
  const turned = enablePush()
  await looking
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await turned).toBe('unreachable')
  answer(subscribed)
  await vi.waitFor(() => { expect(ended).toBe(1) })
  expect(await pushState()).toBe('off')
  expect(told).toEqual([])
})

test('a server that has let go of where to push is told anew, and of a browser that is not subscribed nothing', async () => {
  withService(async () => subscribed)
  await renewPush()
  expect(told).toEqual([])
  kept = subscribed
  await renewPush()
  expect(told).toEqual(['/api/v1/push-subscriptions'])
})

test('a browser that has lost its subscription is subscribed anew, unless notices were switched off on it', async () => {
  vi.stubGlobal('localStorage', storage())
  withService(async () => subscribed)
  await enablePush()
  kept = null
  await renewPush()
  expect([told.length, await pushState()]).toEqual([2, 'on'])
  await disablePush()
  await renewPush()
  expect([told.length, await pushState()]).toEqual([3, 'off'])
})
