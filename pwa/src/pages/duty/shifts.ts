import { useI18n } from 'vue-i18n'
import type { DutyShift, UnitDuty } from '@/data'
import type { Duty } from '@/data/later'
import { dateAt, dateOf, useTimes } from '../../components/times'

/** Shifts that begin on one day of this phone's calendar. */
interface DutyDay {
  day: string
  shifts: DutyShift[]
}

/** Still to be over at this moment, in milliseconds: what is kept may be of yesterday. */
export const notOver = (now: number) => ({ ends_at }: { ends_at: string }): boolean => Date.parse(ends_at) > now

/** Still to begin: from then on it is not swapped. */
export const toCome = (now: number) => ({ starts_at }: { starts_at: string }): boolean => Date.parse(starts_at) > now

/** Midnight, as the end of the day before. */
const DAYS_END = '24:00'

/** What was told of who is on duty holds for so long, in milliseconds: as long as a roster is fresh. */
const HOLDS = 1_800_000

/** Who is on duty at a unit, by what was told and by the shifts that have begun since; null where that is no longer known. */
export function onDuty({ unit_id, on_duty }: UnitDuty, { at, shifts }: Pick<Duty, 'at' | 'shifts'>, now: number): UnitDuty['on_duty'] | null {
  const begun = shifts
    .filter((shift) => shift.unit_id === unit_id && !toCome(now)(shift))
    .map(({ person_id, person_name: name, kind, ends_at }) => ({ person_id, name, kind, ends_at }))
  const people = [...new Map([...on_duty, ...begun].filter(notOver(now)).map((one) => [one.person_id, one])).values()]
  const isTold = on_duty.length === 0 && now - Date.parse(at) < HOLDS
  return people.length > 0 || isTold ? people : null
}

/** Shifts, in the order of time, by the day on which they begin. */
export function byDay(shifts: readonly DutyShift[]): DutyDay[] {
  const days = new Map<string, DutyShift[]>()
  for (const shift of shifts) {
    const day = dateOf(new Date(shift.starts_at))
    days.set(day, [...(days.get(day) ?? []), shift])
  }
  return [...days].map(([day, found]) => ({ day, shifts: found }))
}

/** Shifts in words. */
export function useShiftWords() {
  const { t } = useI18n()
  const { clock, longDay } = useTimes()

  /** When something ends that begins, or is looked at, on a day: at that day's own end, or on the next, which it says. */
  function end(iso: string, from: Date): string {
    const isOn = (moment: number) => dateOf(new Date(moment)) === dateOf(from)
    if (isOn(Date.parse(iso))) return clock(iso)
    return isOn(Date.parse(iso) - 1) ? DAYS_END : t('duty.next_day', { time: clock(iso) })
  }

  const hours = ({ starts_at, ends_at }: DutyShift): string => t('duty.span', { from: clock(starts_at), to: end(ends_at, new Date(starts_at)) })

  return {
    t,
    end,
    hours,
    heading: (day: string): string => longDay(dateAt(day)),
    when: (shift: DutyShift): string => `${longDay(new Date(shift.starts_at))} ${hours(shift)}`,
  }
}
