import { ref } from 'vue'

const EVERY_MS = 30_000

/** The present, for "time left"; moves twice a minute and at once when the screen is looked at again. */
export const now = ref(Date.now())

const move = () => (now.value = Date.now())
setInterval(move, EVERY_MS)
document.addEventListener('visibilitychange', move)
