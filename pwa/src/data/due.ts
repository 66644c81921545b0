/** When a dwelling wants its next visit. */
import type { DueReason } from './types'

export type DueRank = 'a_promised' | 'b_care' | 'c_routine'

export interface Due {
  due_rank: DueRank
  /** The day from which it is due, `YYYY-MM-DD`; empty for never visited. */
  due_on: string
}

/** What is known of a dwelling's visits; moments, empty for never. */
export interface Knocks {
  /** The newest visit that somebody opened for. */
  visited_at: string
  next_visit_on: string | null
  /** The newest that nobody opened for, and the day on which to come again that was noted then; absent for none. */
  shut_at?: string
  again_on?: string | null
}

interface Known extends Knocks {
  care: readonly string[]
  /** Nobody lives there. */
  vacant?: true
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

/** Whether nobody opened at the last knock. */
const isShut = ({ visited_at, shut_at = '' }: Knocks): boolean => shut_at > visited_at

/** Which visit falls due first: the promised one, the one care asks for, or the routine one; null where nobody lives and nothing was promised. */
export function dueOf({ care, vacant, ...knocks }: Known): Due | null {
  const { visited_at, next_visit_on, again_on } = knocks
  const promise = (isShut(knocks) && again_on) || next_visit_on
  const [due_rank, days] = care.length ? (['b_care', CARE_DAYS] as const) : (['c_routine', ROUTINE_DAYS] as const)
  const due_on = visited_at && daysAfter(visited_at, days)
  const isPromised = promise !== null && (vacant || !due_on || promise <= due_on)
  if (vacant && !isPromised) return null
  return isPromised ? { due_rank: 'a_promised', due_on: promise } : { due_rank, due_on }
}

/** Why somebody should go there. */
export function reasonOf({ due_rank, visited_at }: Pick<Knocks, 'visited_at'> & Partial<Due>): DueReason {
  if (due_rank === 'a_promised') return 'promised'
  if (due_rank === 'b_care') return 'care'
  return visited_at ? 'long_ago' : 'never'
}

/** Whether a visit is due by `day`. A door that stayed shut is left alone for the rest of its day. */
export const isDue = ({ due_rank, due_on = '', ...knocks }: Knocks & Partial<Due>, day: string): boolean =>
  due_rank !== undefined && due_on <= day && !(isShut(knocks) && dayOf(knocks.shut_at ?? '') >= day)
