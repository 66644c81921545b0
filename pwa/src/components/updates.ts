import { ref } from 'vue'
import { registerSW } from 'virtual:pwa-register'

/** A newer version of the app waits; it never replaces the page under somebody's hands. */
export const updateWaits = ref(false)

/** An installed app stays open for days, and browsers look for a new version on navigation only. */
const LOOK_EVERY_MS = 6 * 3_600_000

let apply: () => Promise<void> = async () => undefined

/** The very first version also waits for a moment, which the registering library may take for news; it replaces nobody. */
async function noteWaiting(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration()
  updateWaits.value = Boolean(registration?.active && registration.waiting)
}

function keepLooking(registration: ServiceWorkerRegistration | undefined): void {
  setInterval(() => void registration?.update().catch(() => undefined), LOOK_EVERY_MS)
}

export function watchForUpdates(): void {
  apply = registerSW({
    onNeedRefresh: () => void noteWaiting(),
    onRegisteredSW: (_url, registration) => keepLooking(registration),
  })
}

export async function updateNow(): Promise<void> {
  // The registering library reloads only pages that had a worker when they opened; the first visit had none.
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  await apply()
}
