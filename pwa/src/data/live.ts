/** Reads that stay fresh, as Vue refs. */
import { liveQuery, type Subscription } from 'dexie'
import { effectScope, shallowRef, watch, type Ref } from 'vue'
import { accountReady } from './here'
import { NobodyHere, reportFault } from './keys'
import { timeToRead } from './pages_to_come'
import { resting } from './rest'
import { forScreen } from './screen'
import type { Account } from './types'
import { whenAccountsChange } from './who'

/** So long, in milliseconds, a query waits for the one before and its rest: a read whose connection died may never end. */
const LONGEST = 10_000

/** After so long, in milliseconds, a query that failed is tried anew: a disk that a killed browser has just let go may not open at first. */
const AGAIN = 1_000

/** Another number at each change of the accounts: `here` reads them from memory, which Dexie does not follow. */
const accounts = shallowRef(0)
whenAccountsChange(() => { accounts.value += 1 })

/**
 * A query as a ref: it runs again whenever what it read changes, or who is signed in, in this tab or another, and
 * whenever `deps` changes. Ends with the component that made it.
 */
export function live<T>(query: () => Promise<T>, initial: T, deps: () => unknown = () => null): Ref<T> {
  const result = shallowRef(initial) as Ref<T>
  watch(
    [deps, accounts],
    (_now, _before, onCleanup) => {
      let isOver = false
      let subscription: Subscription
      let trying: ReturnType<typeof setTimeout> | undefined
      const asked = restful(query, (value) => { if (!isOver) result.value = value })
      function follow(): void {
        subscription = liveQuery(asked).subscribe({ error: failed })
      }
      function failed(fault: unknown): void {
        reportFault(fault)
        if (!(fault instanceof NobodyHere)) trying = setTimeout(follow, AGAIN)
      }
      follow()
      onCleanup(() => {
        isOver = true
        clearTimeout(trying)
        subscription.unsubscribe()
      })
    },
    { immediate: true },
  )
  return result
}

/**
 * A query that runs once at a time and then rests: records that come by the thousand, commit after commit, leave the phone
 * most of its time. What it has read is shown, though something may have changed meanwhile: Dexie asks again for that,
 * and only the last who asks while it rests is answered.
 */
function restful<T>(query: () => Promise<T>, show: (value: T) => void): () => Promise<void> {
  const rest = resting()
  let [latest, last] = [0, -Infinity]
  let rested: Promise<unknown> = Promise.resolve()
  return async () => {
    latest += 1
    const mine = latest
    // Made here, for after the await of a promise from elsewhere Dexie would follow nothing of the query
    await Promise.all([rested, timeToRead(last)])
    if (mine !== latest) return
    const began = performance.now()
    const reading = query()
    forScreen(reading)
    const ended = reading.catch(() => undefined).then(() => { last = performance.now() })
    rested = within(LONGEST, ended.then(() => pause(rest(began, last))))
    // Outside of the query, for whoever follows it may write
    setTimeout(show, 0, await reading)
  }
}

/** Resolves when `work` has ended, and after so many milliseconds at the latest. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  await Promise.race([work, new Promise((late) => { timer = setTimeout(late, milliseconds) })])
  clearTimeout(timer)
}

const pause = (milliseconds: number): Promise<void> | undefined =>
  milliseconds > 0 ? new Promise((done) => { setTimeout(done, milliseconds) }) : undefined

let who: Ref<Account | null> | undefined

/** Who is signed in on this phone; null for nobody, and until the first answer. Followed once for the whole page. */
export function account(): Ref<Account | null> {
  who ??= effectScope(true).run(() => live<Account | null>(accountReady, null)) as Ref<Account | null>
  return who
}
