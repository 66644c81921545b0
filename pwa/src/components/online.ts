/** Whether this phone has signal, as far as the browser knows. */
import { ref } from 'vue'

export const online = ref(navigator.onLine)

for (const change of ['online', 'offline']) addEventListener(change, () => { online.value = navigator.onLine })
