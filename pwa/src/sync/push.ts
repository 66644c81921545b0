/** Web Push on this phone. */
import { here } from '../data/here'
import { send } from './transport'

const supported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** Whether notices reach this phone by push. */
export async function pushState(): Promise<'on' | 'off' | 'denied' | 'unsupported'> {
  if (!supported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return (await subscription()) ? 'on' : 'off'
}

/**
 * Ask for permission, subscribe, and tell the server where to push.
 *
 * @throws ApiProblem, NoContact when the server could not be told; DOMException when the push service
 * can't be reached
 */
export async function enablePush(): Promise<'on' | 'denied' | 'unsupported'> {
  if (!supported()) return 'unsupported'
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const { me } = await here()
  const registration = await navigator.serviceWorker.ready
  const subscribed = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: me.vapid_public_key })
  await send('POST', '/push-subscriptions', subscribed.toJSON())
  return 'on'
}

/** No more notices by push on this phone. */
export async function disablePush(): Promise<void> {
  const subscribed = supported() ? await subscription() : null
  if (!subscribed) return
  await subscribed.unsubscribe()
  await send('DELETE', '/push-subscriptions', { endpoint: subscribed.endpoint })
}
