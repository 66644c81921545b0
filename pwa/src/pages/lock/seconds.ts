import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'

/** Whole seconds until a moment, given in milliseconds of `performance.now()`, counting down; 0 once it has come. */
export function useSecondsUntil(moment: () => number): ComputedRef<number> {
  const now = ref(performance.now())
  const timer = setInterval(() => { now.value = performance.now() }, 1000)
  onScopeDispose(() => { clearInterval(timer) })
  return computed(() => Math.max(0, Math.ceil((moment() - now.value) / 1000)))
}
