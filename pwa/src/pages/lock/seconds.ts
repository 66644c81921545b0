import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'

/** From so many minutes on a wait is said in minutes. */
const IN_MINUTES = 2

/** A wait of so many seconds in words, never less than is left: a message and what fills it. */
export function waitWords(seconds: number): ['time.seconds' | 'time.minutes', { n: number }] {
  return seconds < IN_MINUTES * 60 ? ['time.seconds', { n: seconds }] : ['time.minutes', { n: Math.ceil(seconds / 60) }]
}

/** Whole seconds until a moment, given in milliseconds of `performance.now()`, counting down; 0 once it has come. */
export function useSecondsUntil(moment: () => number): ComputedRef<number> {
  const now = ref(performance.now())
  const timer = setInterval(() => { now.value = performance.now() }, 1000)
  onScopeDispose(() => { clearInterval(timer) })
  return computed(() => Math.max(0, Math.ceil((moment() - now.value) / 1000)))
}
