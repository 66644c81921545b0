import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { AlreadySent, isDiskFull } from '@/data'
import { allKept } from './keeping'

const reasonOf = (error: unknown): string => {
  if (error instanceof AlreadySent) return 'correct.already_sent'
  return isDiskFull(error) ? 'errors.disk_full' : 'errors.not_saved'
}

/** Run a write once at a time; when it fails, say why at once and leave what was typed alone. */
export function useSaving() {
  const { t } = useI18n()
  const saving = ref(false)
  const problem = ref('')

  async function save<T>(write: () => Promise<T>): Promise<T | undefined> {
    if (saving.value) return undefined
    saving.value = true
    problem.value = ''
    try {
      await allKept()
      return await write()
    } catch (error) {
      problem.value = t(reasonOf(error))
      return undefined
    } finally {
      saving.value = false
    }
  }

  return { saving, problem, save }
}
