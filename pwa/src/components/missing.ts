import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

/** What keeps a form from being saved, `missing` as a message key: said once somebody has tried, and no longer than it is so. */
export function useMissing(missing: () => string) {
  const { t } = useI18n()
  const tried = ref(false)
  const said = computed(() => (tried.value && missing() ? t(missing()) : ''))

  /** Whether it can be saved; says why not. */
  function isWhole(): boolean {
    tried.value = missing() !== ''
    return !tried.value
  }

  return { said, isWhole }
}
