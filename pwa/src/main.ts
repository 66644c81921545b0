import { createApp } from 'vue'
import { anybodyKnown } from '@/data/before'
import App from './App.vue'
import './components/appearance'
import { watchForOffers } from './components/installing'
import { say } from './components/toast'
import { watchForUpdates } from './components/updates'
import { chosenLanguage, i18n, speak } from './i18n'
import { readyPages, router } from './router'
import './styles/tokens.css'
import './styles/base.css'
import './styles/blocks.css'
import './styles/forms.css'

/** A tap that fails in a way nobody foresaw still says so, instead of seeming to have worked. */
function sayUnexpected(error: unknown): void {
  console.error(error)
  say(i18n.global.t('errors.unexpected'))
}

/** A page that cannot be fetched: an old version asked of a server that has moved on, or no signal at first use. */
function sayPageFailed(error: unknown): void {
  console.error(error)
  say(i18n.global.t('errors.page_failed'))
}

/** The service worker says where a tapped notification leads. */
function followNotifications(): void {
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ type?: string; path?: string }>) => {
    if (event.data?.type === 'open' && event.data.path) void router.push(event.data.path)
  })
}

const RETRY_MS = 15_000

/** After the first screen: what is on the phone is shown before anything is sent or fetched. */
async function beginSync(): Promise<void> {
  try {
    const { startSync, watchNews } = await import('@/sync')
    startSync()
    watchNews()
  } catch {
    // Only before the service worker keeps the app: the signal went between two files.
    setTimeout(() => void beginSync(), RETRY_MS)
  }
}

/** So long, in milliseconds, the frame around the pages waits for the lock at most. */
const WITH_LOCK_MS = 1_000

/** On a phone that is somebody's the lock is what they see first, with the frame around it: a cheap phone takes as long to draw both as either. */
async function readyLock(): Promise<void> {
  if (!(await anybodyKnown())) return
  const [{ door }] = await Promise.all([import('@/data/first'), import('./BehindLock.vue')])
  await door()
}

async function start(): Promise<void> {
  watchForOffers()
  // What fails here is asked for again behind the frame
  const lock = Promise.race([readyLock().catch(() => undefined), new Promise((late) => setTimeout(late, WITH_LOCK_MS))])
  // Without English at hand (first use, no signal) the app still opens, in Chinese.
  await Promise.all([lock, speak(chosenLanguage()).catch(() => undefined)])
  const app = createApp(App).use(i18n).use(router)
  app.config.errorHandler = sayUnexpected
  router.onError(sayPageFailed)
  app.mount('#app')
  followNotifications()
  await router.isReady().catch(() => undefined)
  await new Promise((shown) => setTimeout(shown))
  watchForUpdates()
  await beginSync()
  readyPages()
}

void start()
