/** Background Sync, where the browser has it: the service worker is woken when the signal is back. */

interface Registration extends ServiceWorkerRegistration {
  sync?: { register: (tag: string) => Promise<void> }
}

export const OUTBOX_TAG = 'outbox'

/** Ask to be woken for the outbox. A browser that can't, or may not, loses nothing: the page tries by itself. */
export async function askBackgroundSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration() as Registration | undefined
  await registration?.sync?.register(OUTBOX_TAG).catch(() => undefined)
}
