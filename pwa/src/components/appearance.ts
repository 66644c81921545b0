import { ref, watchEffect } from 'vue'

/** How this phone shows everything. Kept on the phone, for whoever uses it. */
const KEPT = { large: 'qiaomen.large', look: 'qiaomen.look' }

/** Whether larger. */
export const largeText = ref(localStorage.getItem(KEPT.large) === 'yes')

watchEffect(() => {
  document.documentElement.classList.toggle('large', largeText.value)
  localStorage.setItem(KEPT.large, largeText.value ? 'yes' : 'no')
})

export const LOOKS = ['system', 'light', 'dark'] as const

export type Look = (typeof LOOKS)[number]

/** Dark or light; `system` is as the phone is set. */
export const look = ref<Look>(LOOKS.find((one) => one === localStorage.getItem(KEPT.look)) ?? 'system')

watchEffect(() => {
  for (const element of document.querySelectorAll<HTMLElement>('[data-look]')) {
    const its = element.dataset.look as Look
    element.setAttribute('media', look.value === 'system' ? `(prefers-color-scheme: ${its})` : look.value === its ? 'all' : 'not all')
  }
  localStorage.setItem(KEPT.look, look.value)
})
