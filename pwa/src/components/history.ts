import { v7 as newId } from 'uuid'
import { ref, watch, type Ref } from 'vue'
import { whenLocked } from '@/data/first'

/** Kept with this page's entry in the browser's history: coming back from a dwelling finds what was there. Nothing that somebody said: the browser writes it to the disk, and whoever uses the phone next can go back to it. */
export function inHistory<T>(name: string, initial: T): Ref<T> {
  const kept = ref(window.history.state?.[name] ?? initial) as Ref<T>
  watch(kept, (now) => window.history.replaceState({ ...window.history.state, [name]: now }, ''))
  return kept
}

/** Words by where they were said. */
const said = new Map<string, string>()
whenLocked(() => { said.clear() })

/** The same for words, which may name somebody: they are kept in memory, while the data is open, and the history says only where. */
export function wordsInHistory(name: string): Ref<string> {
  const place = inHistory(`${name}_at`, '')
  place.value ||= newId()
  const words = ref(said.get(place.value) ?? '')
  watch(words, (now) => said.set(place.value, now))
  return words
}
