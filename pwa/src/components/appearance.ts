import { ref, watchEffect } from 'vue'

const KEPT = 'qiaomen.large'

/** Whether this phone shows everything larger. Kept on the phone, for whoever uses it. */
export const largeText = ref(localStorage.getItem(KEPT) === 'yes')

watchEffect(() => {
  document.documentElement.classList.toggle('large', largeText.value)
  localStorage.setItem(KEPT, largeText.value ? 'yes' : 'no')
})
