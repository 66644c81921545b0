/** The service worker: the app without signal, notices, and sending while no page is open. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute, type PrecacheEntry } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { rememberedLanguage } from '../data/language'
import { OUTBOX_TAG } from '../sync/background'
import { leaveToPage, sendUnattended } from '../sync/unattended'
import { noticeOf, type Payload } from './words'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] }

/** What TypeScript knows of notifications lacks this. */
interface RingingOptions extends NotificationOptions {
  renotify: boolean
}

interface SyncEvent extends ExtendableEvent {
  tag: string
}

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: [/^\/(api|r)\//] }))

/** The page says when a new version may take over. */
self.addEventListener('message', ({ data }) => {
  if ((data as { type?: string } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})

self.addEventListener('activate', (event) => { event.waitUntil(self.clients.claim()) })

self.addEventListener('push', (event) => { event.waitUntil(show(event.data)) })

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(lead((event.notification.data as { path?: string } | null)?.path ?? '/'))
})

self.addEventListener('sync', (event) => {
  const sync = event as SyncEvent
  if (sync.tag === OUTBOX_TAG) sync.waitUntil(send())
})

/** Whatever arrives, something is shown: browsers end a subscription that stays silent. */
async function show(data: PushMessageData | null): Promise<void> {
  const notice = noticeOf(payloadOf(data), (await rememberedLanguage()) ?? 'zh-CN')
  const options: RingingOptions = {
    body: notice.body,
    tag: notice.tag,
    // What takes the place of an older one of its case would else come without a sound
    renotify: true,
    icon: '/icons/icon-192.png',
    requireInteraction: notice.urgent,
    data: { path: notice.path },
  }
  await self.registration.showNotification(notice.title, options)
  await tellPages({ type: 'sync' })
}

function payloadOf(data: PushMessageData | null): Payload {
  const unknown: Payload = { kind: 'unknown', case_id: '', urgency: 'normal' }
  try {
    return { ...unknown, ...(data?.json() as Partial<Payload> | undefined) }
  } catch {
    return unknown
  }
}

/** To an open window, or a new one. */
async function lead(path: string): Promise<void> {
  const [page] = await pages()
  if (!page) return void (await self.clients.openWindow(path))
  page.postMessage({ type: 'open', path })
  await page.focus()
}

/** A page in somebody's hand does it. One behind others may be asleep: it is told, and not waited for. */
async function send(): Promise<void> {
  await tellPages({ type: 'sync' })
  const seen = (await pages()).some(({ visibilityState }) => visibilityState === 'visible')
  await (seen ? leaveToPage() : sendUnattended())
}

async function tellPages(message: { type: string }): Promise<void> {
  for (const page of await pages()) page.postMessage(message)
}

const pages = (): Promise<readonly WindowClient[]> => self.clients.matchAll({ type: 'window', includeUncontrolled: true })
