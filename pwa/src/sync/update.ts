/** The server no longer answers this version (426): get the newer app; the outbox stays. */

export async function fetchNewerApp(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update().catch(() => undefined)
}
