import { useDutyWords } from '../../components/duty_words'

interface Times {
  accept_minutes: number | null
  settle_hours: number | null
  settle_working_days: number | null
}

/** Deadlines in words. */
export function useDeadlineWords() {
  const { t, limit } = useDutyWords()

  const accept = (minutes: number): string =>
    minutes % 60 === 0 ? t('deadlines.accept_hours', { n: minutes / 60 }) : t('deadlines.accept_minutes', { n: minutes })

  return {
    t,
    /** Within how long to accept and to settle, as far as it is set. */
    times: (of: Times): string =>
      [of.accept_minutes !== null && accept(of.accept_minutes), limit(of) && t('deadlines.settle', { limit: limit(of) })].filter(Boolean).join(t('deadlines.join')),
  }
}
