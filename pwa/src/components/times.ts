import { useI18n } from 'vue-i18n'
import { now, serverNow } from './now'

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

/** The moment, or where only a date is given the beginning of it on this phone's calendar. */
export const dateAt = (iso: string): Date => new Date(iso.length === 10 ? `${iso}T00:00` : iso)

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format takes a cheap phone milliseconds, so each is made once. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options])
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formats.set(key, made)
  return made
}

const LONG_DAY = { month: 'long', day: 'numeric', weekday: 'long' } as const

/** Make the format of today's date before it is asked for: the first of a page takes a cheap phone 25 ms. */
export const readyTimes = (locale: string): void => void format(locale, { year: undefined, ...LONG_DAY })

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
    const passed = serverNow.value - Date.parse(iso)
    return passed < MINUTE ? t('time.just_now') : t('time.ago', { span: span(passed) })
  }

  /** Milliseconds until `iso`; negative once it has passed. */
  const until = (iso: string): number => Date.parse(iso) - serverNow.value

  const year = (date: Date) => (date.getFullYear() === new Date(now.value).getFullYear() ? undefined : 'numeric')

  /** `11月24日`, with the year only when it is another one. Takes a date or a moment. */
  function day(iso: string): string {
    const date = dateAt(iso)
    return format(locale.value, { year: year(date), month: 'short', day: 'numeric' }).format(date)
  }

  const clock = (iso: string): string => format(locale.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso))

  const moment = (iso: string): string => `${day(iso)} ${clock(iso)}`

  /** `11月24日星期二`, likewise. */
  function longDay(date: Date): string {
    return format(locale.value, { year: year(date), ...LONG_DAY }).format(date)
  }

  return { span, ago, until, day, clock, moment, longDay }
}
