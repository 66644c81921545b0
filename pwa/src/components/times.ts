import { useI18n } from 'vue-i18n'
import { now } from './now'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Today as `YYYY-MM-DD` on this phone's calendar. */
export function today(): string {
  return dateOf(new Date(now.value))
}

/** `YYYY-MM-DD` of a moment on this phone's calendar. */
export function dateOf(moment: Date): string {
  return localInput(moment).slice(0, 10)
}

/** What `<input type="datetime-local">` wants: the phone's own clock, to the minute. */
export function localInput(moment: Date): string {
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE)
  return shifted.toISOString().slice(0, 16)
}

/** Times in words, in the language being spoken. */
export function useTimes() {
  const { t, locale } = useI18n()

  function span(ms: number): string {
    const size = Math.abs(ms)
    if (size < MINUTE) return t('time.less_than_minute')
    if (size < HOUR) return t('time.minutes', { n: Math.floor(size / MINUTE) })
    if (size < 2 * DAY) return t('time.hours', { n: Math.floor(size / HOUR) })
    return t('time.days', { n: Math.floor(size / DAY) })
  }

  function ago(iso: string): string {
    const passed = now.value - Date.parse(iso)
    return passed < MINUTE ? t('time.just_now') : t('time.ago', { span: span(passed) })
  }

  /** Milliseconds until `iso`; negative once it has passed. */
  const until = (iso: string): number => Date.parse(iso) - now.value

  /** `11月24日`, with the year only when it is another one. Takes a date or a moment. */
  function day(iso: string): string {
    const date = iso.length === 10 ? new Date(`${iso}T00:00`) : new Date(iso)
    const year = date.getFullYear() === new Date(now.value).getFullYear() ? undefined : 'numeric'
    return date.toLocaleDateString(locale.value, { year, month: 'short', day: 'numeric' })
  }

  function moment(iso: string): string {
    const clock = new Date(iso).toLocaleTimeString(locale.value, { hour: '2-digit', minute: '2-digit', hour12: false })
    return `${day(iso)} ${clock}`
  }

  function longDay(date: Date): string {
    return date.toLocaleDateString(locale.value, { month: 'long', day: 'numeric', weekday: 'long' })
  }

  return { span, ago, until, day, moment, longDay }
}
