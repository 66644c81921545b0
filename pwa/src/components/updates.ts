import { ref } from 'vue'
import { registerSW } from 'virtual:pwa-register'

/** A newer version of the app waits; it never replaces the page under somebody's hands. */
export const updateWaits = ref(false)

/** An installed app stays open for days, and browsers look for a new version on navigation only. */
const LOOK_EVERY_MS = 6 * 3_600_000

/** Signal comes back also without a word of the browser's, as where one has signed in to a hotspot. */
const INSTALL_AGAIN_MS = 5 * 60_000

let apply: () => Promise<void> = async () => undefined

/** The very first version also waits for a moment, which the registering library may take for news; it replaces nobody. */
async function noteWaiting(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration()
  updateWaits.value = Boolean(registration?.active && registration.waiting)
}

function keepLooking(registration: ServiceWorkerRegistration | undefined): void {
  setInterval(() => void registration?.update().catch(() => undefined), LOOK_EVERY_MS)
}

/** Whether the worker that next takes over this page replaces another, and is not the very first. */
let replaces = false

/** Also where somebody agreed in another tab: the files of this version are gone. The registering library does so only on pages that had a worker when they opened, which the first visit had not. */
function moveOn(): void {
  if (replaces) location.reload()
  replaces = true
}

export function watchForUpdates(): void {
  replaces = Boolean(navigator.serviceWorker?.controller)
  navigator.serviceWorker?.addEventListener('controllerchange', moveOn)
  install()
  addEventListener('online', () => void installAgain())
  setInterval(() => void installAgain(), INSTALL_AGAIN_MS)
}

function install(): void {
  apply = registerSW({
    onNeedRefresh: () => void noteWaiting(),
    onRegisteredSW: (_url, registration) => keepLooking(registration),
  })
}

/** The first installation failed, for the signal went or something on the way answered in the server's place: without it the app does not open without signal. */
async function installAgain(): Promise<void> {
  if (!(await navigator.serviceWorker?.getRegistration().catch(() => undefined))) install()
}

export async function updateNow(): Promise<void> {
  // A page that was loaded past its worker has none either
  replaces = true
  await apply()
}
