import { useI18n } from 'vue-i18n'
import { ApiProblem } from '@/sync'
import { noContactWords } from './no_contact'

/** Why something that needs the server was not done: in the server's own words, where it was reached. */
export function useFault() {
  const { t } = useI18n({ useScope: 'global' })
  return (fault: unknown): string =>
    (fault instanceof ApiProblem && fault.message) || t(noContactWords())
}
