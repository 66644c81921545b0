/** When to exchange: after each save, when the phone comes back, and now and then. */
import { liveQuery } from 'dexie'
import { forgetSettled } from '../data/batch'
import { fact, noteProgress, progress } from '../data/facts'
import { here, NobodyHere, type Here } from '../data/here'
import { countUnsent } from '../data/outbox'
import { forgetPhotos } from '../data/photo_queue'
import { askBackgroundSync } from './background'
import { exclusively, ifFree } from './locks'
import { nextTry } from './pace'
import { run } from './run'
import { refreshAccount } from './session'

let wanted = false
let busy = false
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let started = false

const present = (): Promise<Here | null> =>
  here().catch((fault: unknown) => {
    if (fault instanceof NobodyHere) return null
    throw fault
  })

/** Keep this phone and the server in step until the page closes. Calling it again changes nothing. */
export function startSync(): void {
  if (started) return
  started = true
  addEventListener('online', kick)
  addEventListener('offline', () => void noteOffline())
  document.addEventListener('visibilitychange', () => { if (!document.hidden) kick() })
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<{ type?: string } | null>) => { if (data?.type === 'sync') kick() })
  void open().catch(reportError)
}

/** A first run; from then on a new place in the queue, or another person at the phone, asks for one. */
async function open(): Promise<void> {
  let newest = await newestSeq()
  await work(() => exclusively(firstRun)).catch(reportError)
  liveQuery(newestSeq).subscribe({
    next: (seq) => {
      if (seq !== newest) kick()
      newest = seq
    },
    error: reportError,
  })
}

async function newestSeq(): Promise<string> {
  const at = await present()
  return at ? `${at.db.personId}:${(await fact(at.db, 'seq')) ?? 0}` : ''
}

/** The app has just been opened: tidy up, and try once even if something stopped the last run. */
async function firstRun(): Promise<void> {
  const at = await present()
  if (!at) return
  if (await refreshAccount(at)) await run(at.db, true)
  await forgetSettled(at.db)
  await forgetPhotos(at.db, Date.now())
}

/** Exchange now; resolves when the run has ended, however it went: `syncState` tells. */
export async function syncNow(): Promise<void> {
  await exclusively(async () => {
    const at = await present()
    if (at) await run(at.db, true)
  })
}

/** Exchange soon; many kicks make one run. */
export function kick(): void {
  wanted = true
  if (!busy) void work().catch(reportError)
}

async function work(first = () => ifFree(turn)): Promise<void> {
  busy = true
  try {
    wanted = false
    await first()
    while (wanted) {
      wanted = false
      await ifFree(turn)
    }
  } finally {
    busy = false
    await plan()
  }
}

async function turn(): Promise<void> {
  const at = await present()
  if (!at) return
  await run(at.db, false)
  failures = (await progress(at.db)).unreachable ? failures + 1 : 0
}

/** Set the clock for the next try, and ask the browser to wake us should the page be closed by then. */
async function plan(): Promise<void> {
  const at = await present()
  clearTimeout(timer)
  if (!at) return
  timer = setTimeout(kick, nextTry(await progress(at.db), failures, document.hidden, Date.now()))
  if ((await countUnsent(at.db)) > 0) await askBackgroundSync()
}

async function noteOffline(): Promise<void> {
  const at = await present()
  if (at) await noteProgress(at.db, { unreachable: true })
}
