/** One exchange at a time, whatever the number of tabs. */

const LOCK = 'qiaomen-sync'

let last: Promise<unknown> = Promise.resolve()

/** Browsers without Web Locks (Safari before 15.4): a tab takes turns with itself. Of two tabs both may send; it counts once (P2). */
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = last.then(work)
  last = turn.catch(() => undefined)
  return turn
}

/**
 * Run while no other tab exchanges. Signing in and out takes the same lock, so the session never changes
 * beneath a batch: another user's session never carries it.
 */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request(LOCK, work) as Promise<T> : inTurn(work)
}
