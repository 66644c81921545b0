/** Background Sync, where the browser has it: the service worker is woken when the signal is back. */

interface Registration extends ServiceWorkerRegistration {
  sync?: { register: (tag: string) => Promise<void>; getTags: () => Promise<string[]> }
}

export const OUTBOX_TAG = 'outbox'

/**
 * Ask to be woken for the outbox, once: a browser that is online wakes at once, and one that was asked again after
 * each failure would do so without end. One that can't, or may not, loses nothing: the page tries by itself.
 */
export async function askBackgroundSync(): Promise<void> {
  const { sync } = (await navigator.serviceWorker?.getRegistration() ?? {}) as Partial<Registration>
  if (!sync || (await sync.getTags()).includes(OUTBOX_TAG)) return
  await sync.register(OUTBOX_TAG).catch(() => undefined)
}
