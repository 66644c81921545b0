/** Web Push on this phone. */
import { here } from '../data/here'
import { ofAllTabs } from '../data/web_storage'
import { whoIsHere } from '../data/who'
import { command } from './transport'

/** Who has turned notices on: a browser has one subscription, and a phone may have several people. */
const OWNER = 'qiaomen.push'

/** For so long, in milliseconds, the browser may look for its push service. Where that is blocked, some never say so. */
const PATIENCE = 20_000

/** Older versions of the app did not note it; it was who is signed in, until somebody else is. */
const owner = async (): Promise<string | undefined> => ofAllTabs()?.getItem(OWNER) ?? (await whoIsHere())?.person_id

const supported = (): boolean => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** Whether notices for who is signed in reach this phone by push. */
export async function pushState(): Promise<'on' | 'off' | 'denied' | 'unsupported'> {
  if (!supported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const mine = (await owner()) === (await whoIsHere())?.person_id
  return mine && (await subscription()) ? 'on' : 'off'
}

/**
 * Ask for permission, subscribe, and tell the server where to push; `unreachable` is the browser's push service.
 *
 * @throws ApiProblem, NoContact when the server could not be told
 */
export async function enablePush(): Promise<'on' | 'denied' | 'unsupported' | 'unreachable'> {
  if (!supported()) return 'unsupported'
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const { me } = await here()
  const subscribed = await subscribe(me.vapid_public_key)
  if (!subscribed) return 'unreachable'
  await command('POST', '/push-subscriptions', subscribed.toJSON())
  ofAllTabs()?.setItem(OWNER, me.person_id)
  return 'on'
}

/**
 * Where who is signed in has turned notices on, tell the server once more where to push: it lets go of that with a device
 * that was shut out, or by a backup, and a browser moves its subscription, or loses it.
 *
 * @throws ApiProblem, NoContact
 */
export async function renewPush(): Promise<void> {
  const { me } = await here()
  if (!supported() || Notification.permission !== 'granted' || (await owner()) !== me.person_id) return
  const lost = ofAllTabs()?.getItem(OWNER) ? () => subscribe(me.vapid_public_key) : () => null
  const subscribed = (await subscription()) ?? (await lost())
  if (subscribed) await command('POST', '/push-subscriptions', subscribed.toJSON())
}

/** What the push service gave, in time; what comes later ends again. */
async function subscribe(applicationServerKey: string): Promise<PushSubscription | undefined> {
  const asked = navigator.serviceWorker.ready.then(({ pushManager }) => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).catch(() => undefined)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => { timer = setTimeout(resolve, PATIENCE, undefined) })
  const found = await Promise.race([asked, late]).finally(() => { clearTimeout(timer) })
  if (!found) void asked.then((subscribed) => subscribed?.unsubscribe())
  return found
}

/** Have nothing pushed to this browser any more. @returns what ended */
export async function unsubscribe(): Promise<PushSubscription | null> {
  const subscribed = supported() ? await subscription() : null
  await subscribed?.unsubscribe()
  ofAllTabs()?.removeItem(OWNER)
  return subscribed
}

/** No more notices by push on this phone. */
export async function disablePush(): Promise<void> {
  const subscribed = await unsubscribe()
  if (subscribed) await command('DELETE', '/push-subscriptions', { endpoint: subscribed.endpoint })
}

/** This person comes after another: nothing that is for the other is shown from now on. Their server hears of it by its next push. */
export async function endPushOfOthers(personId: string): Promise<void> {
  if (!supported() || (await owner()) === personId) return
  await unsubscribe()
  const shown = await (await navigator.serviceWorker.getRegistration())?.getNotifications()
  shown?.forEach((notification) => { notification.close() })
}
