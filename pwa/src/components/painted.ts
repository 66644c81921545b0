import { onMounted, ref, type Ref } from 'vue'

/** False until a component has been painted for the first time, so that somebody can read or tap it before more comes. */
export function usePainted(): Ref<boolean> {
  const painted = ref(false)
  onMounted(() => requestAnimationFrame(() => setTimeout(() => { painted.value = true })))
  return painted
}
