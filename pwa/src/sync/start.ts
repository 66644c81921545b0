/** When to exchange: after each save, when the phone comes back, and now and then. */
import { liveQuery, type Subscription } from 'dexie'
import { forgetSettled } from '../data/batch'
import { fact, noteProgress, progress } from '../data/facts'
import { present, storedOf, type Here } from '../data/here'
import { reportFault } from '../data/keys'
import { currentAccount } from '../data/phone'
import { forgetPhotos } from '../data/photo_queue'
import { screenAtRest } from '../data/screen'
import { whenAccountsChange } from '../data/who'
import { refreshAccount } from './account'
import { askBackgroundSync } from './background'
import { keepDutyFresh } from './duty'
import { keepDutyListFresh } from './duty_list'
import { exclusively } from './locks'
import { nextTry, withoutGuesses } from './pace'
import { unlessOnTheWay } from './problem'
import { renewPush } from './push'
import { run } from './run'
import { endSession } from './session'
import { handInNow, stillToSend, WorkWaits } from './unattended'

let wanted = false
let busy = false
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let started = false
/** Whose first run was made since the page was opened. */
let begun = ''

/** Keep this phone and the server in step until the page closes. Calling it again changes nothing. */
export function startSync(): void {
  if (started) return
  started = true
  addEventListener('online', kick)
  addEventListener('offline', () => void noteOffline())
  document.addEventListener('visibilitychange', () => { if (!document.hidden) kick() })
  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<{ type?: string } | null>) => { if (data?.type === 'sync') kick() })
  void open().catch(reportFault)
}

/** A first run; from then on a new place in the queue, or somebody who signed in, asks for one. */
async function open(): Promise<void> {
  let newest = await newestWish()
  let wishes: Subscription | undefined
  function follow(): void {
    wishes?.unsubscribe()
    wishes = liveQuery(newestWish).subscribe({ next: note, error: reportFault })
  }
  function note(wish: string): void {
    if (wish !== newest) kick()
    newest = wish
  }
  await work(firstRun).catch(reportFault)
  whenAccountsChange(follow)
  follow()
}

/** Who signed in when, their last place in the queue, and what they marked as seen: another one is something to exchange for. */
async function newestWish(): Promise<string> {
  const at = await present()
  return at ? [at.me.person_id, at.me.last_used_at, (await fact(at.db, 'seq')) ?? 0, (await fact(at.db, 'marks')) ?? 0].join() : ''
}

async function firstRun(): Promise<void> {
  const at = await present()
  await (at ? begin(at) : endSession())
}

/** Whoever has just opened the app sees what is on the phone first. Not under the lock: signing out need not wait for that, nor another tab. */
async function firstSight(): Promise<void> {
  const at = await present()
  if (at && at.me.person_id !== begun) await screenAtRest()
}

/** The app has just been opened, or unlocked: tidy up, and try once even if something stopped the last run. */
async function begin(at: Here): Promise<void> {
  if (await refreshAccount(at)) {
    await run(at.db, true)
    // A browser's push service may never say anything: it holds up no exchange
    void renewPush().catch(unlessOnTheWay).catch(reportFault)
  }
  await forgetSettled(at.db)
  await forgetPhotos(at.db, Date.now())
  await keepDutyFresh(at)
  await keepDutyListFresh(at)
  begun = at.me.person_id
}

/** Exchange now, because somebody taps; resolves when the run has ended, however it went: `syncState` tells. */
export async function syncNow(): Promise<void> {
  await exclusively(async () => {
    const at = await present()
    if (!at) return
    const before = await progress(at.db)
    await noteProgress(at.db, withoutGuesses(before))
    if (before.problem !== 'signed_out' || (await refreshAccount(at))) await run(at.db, true)
  })
}

/** Exchange soon; many kicks make one run. */
export function kick(): void {
  wanted = true
  if (!busy) void work().catch(reportFault)
}

async function work(first = turn): Promise<void> {
  busy = true
  let next = first
  try {
    do {
      await firstSight()
      wanted = false
      await exclusively(next)
      next = turn
    } while (wanted)
  } finally {
    busy = false
    await plan()
  }
}

async function turn(): Promise<void> {
  const at = await present()
  if (!at) return withoutKey()
  if (at.me.person_id !== begun) return begin(at)
  await run(at.db, false)
  failures = (await progress(at.db)).unreachable ? failures + 1 : 0
  await keepDutyFresh(at)
  await keepDutyListFresh(at)
}

/** Nobody is signed in, or their data is locked. */
async function withoutKey(): Promise<void> {
  await endSession()
  await handInNow().catch(unlessWaiting)
}

/** What still waits is tried again by the clock, and by the service worker. */
function unlessWaiting(fault: unknown): void {
  if (!(fault instanceof WorkWaits)) throw fault
}

/** Set the clock for the next try, and ask the browser to wake the service worker should the page be closed by then. */
async function plan(): Promise<void> {
  const me = await currentAccount()
  clearTimeout(timer)
  if (!me) return
  const db = storedOf(me.person_id)
  timer = setTimeout(kick, nextTry(await progress(db), failures, document.hidden, Date.now()))
  if (await stillToSend(db)) await askBackgroundSync()
}

async function noteOffline(): Promise<void> {
  const at = await present()
  if (at) await noteProgress(at.db, { unreachable: true })
}
