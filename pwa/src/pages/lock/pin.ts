/** What the screens about a PIN have in common. */
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isDiskFull, isWeak, type Entered } from '@/data/first'
import { useAttempt } from '../../components/attempt'
import { useSecondsUntil, waitWords } from './seconds'

/** Why this one may not be taken, as a message key; empty where it may. */
export const refusedPin = (pin: string): string => (isWeak(pin) ? 'lock.weak' : '')

/** Something that the lock notes on the disk: that it is full is for whoever tapped, as other faults are not. */
export function useLockAttempt() {
  const { t } = useI18n()
  return useAttempt((fault) => {
    if (isDiskFull(fault)) return t('lock.full')
    throw fault
  })
}

/** The same where a PIN is entered first: `refused` says why it did not open, and how long to wait. */
export function usePinAttempt() {
  const { t } = useI18n()
  const last = ref<Entered | null>(null)
  const seconds = useSecondsUntil(() => last.value?.wait ?? 0)
  const { busy, problem, attempt } = useLockAttempt()

  function said({ raw, looked, left }: Entered): string {
    if (raw) return ''
    const wait = t(...waitWords(seconds.value))
    if (!looked) return seconds.value > 0 ? t('lock.early', { wait }) : ''
    return t(seconds.value > 0 ? 'lock.wrong_wait' : 'lock.wrong', { n: left, wait })
  }

  const refused = computed(() => (last.value && !busy.value && !problem.value ? said(last.value) : ''))
  return { busy, problem, last, refused, attempt }
}
