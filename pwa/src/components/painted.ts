import { onMounted, ref, watch, type Ref } from 'vue'

const oncePainted = (then: () => void): void => { requestAnimationFrame(() => setTimeout(then)) }

/** False until a component has been painted for the first time, so that somebody can read or tap it before more comes. */
export function usePainted(): Ref<boolean> {
  const painted = ref(false)
  onMounted(() => oncePainted(() => { painted.value = true }))
  return painted
}

/** What `source` was when the screen was last painted: what hangs on it never delays what `source` itself changes. */
export function useAsPainted<T>(source: Ref<T>): Ref<T> {
  const painted = ref(source.value) as Ref<T>
  watch(source, () => oncePainted(() => { painted.value = source.value }))
  return painted
}
