/** When a dwelling wants its next visit. */

export type DueRank = 'a_promised' | 'b_care' | 'c_routine'

export interface Due {
  due_rank: DueRank
  /** The day from which it is due, `YYYY-MM-DD`; empty for never visited. */
  due_on: string
}

interface Known {
  visited_at: string
  next_visit_on: string | null
  care: readonly string[]
}

/** A dwelling with care needs wants a visit after so many days, any other after so many. */
const CARE_DAYS = 30
const ROUTINE_DAYS = 180

const DAY = 86_400_000
const CHINA = 8 * 3_600_000

/** Days by their number since 1970, each spelt once: a patch asks for the same few hundred by the thousand. */
const spelt = new Map<number, string>()

/** The day in China of a moment, `YYYY-MM-DD`. */
export function dayOf(moment: string | number): string {
  const number = Math.floor((new Date(moment).getTime() + CHINA) / DAY)
  const day = spelt.get(number) ?? new Date(number * DAY).toISOString().slice(0, 10)
  spelt.set(number, day)
  return day
}

export const daysAfter = (moment: string | number, days: number): string => dayOf(new Date(moment).getTime() + days * DAY)

/** Which visit falls due first: the promised one, the one care asks for, or the routine one. */
export function dueOf({ visited_at, next_visit_on, care }: Known): Due {
  const [due_rank, days] = care.length ? (['b_care', CARE_DAYS] as const) : (['c_routine', ROUTINE_DAYS] as const)
  const due_on = visited_at && daysAfter(visited_at, days)
  const promised = next_visit_on !== null && (!due_on || next_visit_on <= due_on)
  return promised ? { due_rank: 'a_promised', due_on: next_visit_on } : { due_rank, due_on }
}

/** Whether a visit is due by `day`. */
export const isDue = ({ due_rank, due_on = '' }: Partial<Due>, day: string): boolean => due_rank !== undefined && due_on <= day
