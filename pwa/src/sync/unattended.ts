/**
 * Sending while nobody has unlocked: by the service worker, which the browser wakes once the signal is back, and by a
 * locked page. What waits is handed in as it lies, encrypted; the exchange itself is for who has the key.
 */
import type { PersonDatabase } from '../data/db'
import { progress } from '../data/facts'
import { storedOf, type Here } from '../data/here'
import { currentAccount } from '../data/phone'
import { countAllUnsent } from '../data/unsent'
import { askAccount } from './account'
import { exclusively } from './locks'
import { mustWait } from './pace'
import { handInWaiting } from './rescue'
import { settle } from './run'

/** Something is left that may well go at another try: the browser wakes again, some minutes later. */
export class WorkWaits extends Error {
  constructor() {
    super('some work still waits on this phone')
    this.name = 'WorkWaits'
  }
}

/** Chromium ends the event after three minutes; ended before, it is one that failed in order. */
const MOST = 150_000

/** Whether another try could send something. What was stopped waits until somebody acts. */
export async function stillToSend(db: PersonDatabase): Promise<boolean> {
  return (await countAllUnsent(db)) > 0 && !(await progress(db)).stopped
}

/**
 * Hand in what waits of who is signed in, never beside a page that exchanges. Resolves when nothing is left that
 * another try could send. What takes too long is left to itself: if it is cut off, nothing is lost.
 *
 * @throws WorkWaits when the server was not reached, is busy, or did not get everything in time
 */
export async function sendUnattended(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_done, fail) => { timer = setTimeout(fail, MOST, new WorkWaits()) })
  await Promise.race([exclusively(handInNow), late]).finally(() => clearTimeout(timer))
}

/** A page that somebody looks at sends by itself; should it be closed before that, the browser asks again. @throws WorkWaits */
export async function leaveToPage(): Promise<void> {
  const me = await currentAccount()
  if (me && (await stillToSend(storedOf(me.person_id)))) throw new WorkWaits()
}

/** The same under the exchange's lock, for who holds it. @throws WorkWaits */
export async function handInNow(): Promise<void> {
  const me = await currentAccount()
  if (!me) return
  const db = storedOf(me.person_id)
  if (!(await stillToSend(db))) return
  if (mustWait(await progress(db), Date.now())) throw new WorkWaits()
  await handInOf({ db, me }).catch((fault: unknown) => settle(db, fault))
  if (await stillToSend(db)) throw new WorkWaits()
}

/** Only to a server that answers: what may have left the phone cannot be put otherwise any more. @throws ApiProblem, NoContact */
async function handInOf(at: Here): Promise<void> {
  if (await askAccount(at)) await handInWaiting(at.db)
}
