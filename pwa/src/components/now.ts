import { computed, ref } from 'vue'

const EVERY_MS = 30_000

/** The present by this phone's clock; moves twice a minute and at once when the screen is looked at again. */
export const now = ref(Date.now())

/** How far this phone's clock is ahead of the server's, in milliseconds. */
export const skew = ref(0)

/** The present by the server's clock, for "time left" and "ago": what they count from came from there. */
export const serverNow = computed(() => now.value - skew.value)

const move = () => (now.value = Date.now())
setInterval(move, EVERY_MS)
document.addEventListener('visibilitychange', move)
