/** The server brings this version nothing any more (426): get the newer app. The outbox stays, and is sent. */

export async function fetchNewerApp(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
}
