import { ref } from 'vue'

/** The one short sentence at the foot of the screen; read aloud by screen readers. */
export const toast = ref('')
const SHOWN_MS = 4000
let timer: ReturnType<typeof setTimeout> | undefined

export function say(words: string): void {
  clearTimeout(timer)
  toast.value = words
  timer = setTimeout(() => (toast.value = ''), SHOWN_MS)
}
