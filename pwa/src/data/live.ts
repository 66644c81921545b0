/** Reads that stay fresh, as Vue refs. */
import { liveQuery } from 'dexie'
import { shallowRef, watch, type Ref } from 'vue'
import { accountReady } from './here'
import { reportFault } from './keys'
import type { Account } from './types'

/** So many times as long as a query took it rests, before what changed meanwhile is read anew, all at once. */
const REST = 3

/**
 * A query as a ref: it runs again whenever what it read changes, in this tab or another, and whenever
 * `deps` changes. Ends with the component that made it.
 */
export function live<T>(query: () => Promise<T>, initial: T, deps: () => unknown = () => null): Ref<T> {
  const result = shallowRef(initial) as Ref<T>
  watch(
    deps,
    (_now, _before, onCleanup) => {
      const resting = restful(query, () => result.value)
      const subscription = liveQuery(resting).subscribe({ next: (value) => { result.value = value }, error: reportFault })
      onCleanup(() => { subscription.unsubscribe() })
    },
    { immediate: true },
  )
  return result
}

/**
 * A query that runs once at a time and then rests: records that come by the thousand, commit after commit, leave the phone
 * most of its time. Whoever asks while it rests is answered with `stale` once somebody has asked later; Dexie then drops that.
 */
function restful<T>(query: () => Promise<T>, stale: () => T): () => Promise<T> {
  let latest = 0
  let rested: Promise<unknown> = Promise.resolve()
  return async () => {
    latest += 1
    const mine = latest
    // Made here, for after the await of a promise from elsewhere Dexie would follow nothing of the query
    await Promise.resolve(rested)
    if (mine !== latest) return stale()
    const began = performance.now()
    const reading = query()
    rested = reading.catch(() => undefined).then(() => pause((performance.now() - began) * REST))
    return reading
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => { setTimeout(done, milliseconds) })

/** Who is signed in on this phone; null for nobody, and until the first answer. */
export function account(): Ref<Account | null> {
  return live<Account | null>(accountReady, null)
}
