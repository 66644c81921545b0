/** One exchange at a time, whatever the number of tabs. */

const LOCK = 'qiaomen-sync'

/**
 * Run while no other tab exchanges. Signing in and out takes the same lock, so the session never changes
 * beneath a batch: another user's session never carries it.
 */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(LOCK, work) as Promise<T>
}

/** The same, but not at all where another tab is at it already. */
export async function ifFree(work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock) await work()
  })
}
