/** The server brings this version nothing any more (426): get the newer app. The outbox stays, and is sent. */

/** The service worker is of one itself. */
const own = (): ServiceWorkerRegistration | undefined => (globalThis as { registration?: ServiceWorkerRegistration }).registration

export async function fetchNewerApp(): Promise<void> {
  const registration = own() ?? await navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
}
