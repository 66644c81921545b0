import { computed, watch, type Ref } from 'vue'
import { inHistory } from './history'

/**
 * A long list a page at a time, from the first again once it is a list `of` something else: cheap phones stall on hundreds
 * of rows at once. Coming back to its page finds as many as there were, by the list's `name` on the page.
 */
export function usePaged<T>(name: string, rows: Ref<readonly T[]>, step = 20, of: () => unknown = () => null) {
  const size = inHistory(name, step)
  watch(of, () => { size.value = step })
  const shown = computed(() => rows.value.slice(0, size.value))
  const next = computed(() => Math.min(step, Math.max(0, rows.value.length - size.value)))
  return { shown, next, more: () => (size.value += step) }
}
