/** Reads that stay fresh, as Vue refs. */
import { liveQuery } from 'dexie'
import { shallowRef, watch, type Ref } from 'vue'
import { accountReady } from './here'
import { reportFault } from './keys'
import type { Account } from './types'

/**
 * A query as a ref: it runs again whenever what it read changes, in this tab or another, and whenever
 * `deps` changes. Ends with the component that made it.
 */
export function live<T>(query: () => Promise<T>, initial: T, deps: () => unknown = () => null): Ref<T> {
  const result = shallowRef(initial) as Ref<T>
  watch(
    deps,
    (_now, _before, onCleanup) => {
      // Of a function that only returns another's promise, Dexie follows nothing after the first await
      const subscription = liveQuery(async () => query()).subscribe({ next: (value) => { result.value = value }, error: reportFault })
      onCleanup(() => { subscription.unsubscribe() })
    },
    { immediate: true },
  )
  return result
}

/** Who is signed in on this phone; null for nobody, and until the first answer. */
export function account(): Ref<Account | null> {
  return live<Account | null>(accountReady, null)
}
