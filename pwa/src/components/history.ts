import { ref, watch, type Ref } from 'vue'

/** Kept with this page's entry in the browser's history: coming back from a dwelling finds what was there. */
export function inHistory<T>(name: string, initial: T): Ref<T> {
  const kept = ref(window.history.state?.[name] ?? initial) as Ref<T>
  watch(kept, (now) => window.history.replaceState({ ...window.history.state, [name]: now }, ''))
  return kept
}
