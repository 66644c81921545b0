/** When a case must be accepted and settled (docs/cases.md), as far as a phone can know. */
import type { Case, Level } from '../api/records'
import { acceptMinutes, levelRule } from './levels'

const MINUTE = 60_000

const later = (at: string, minutes: number): string => new Date(Date.parse(at) + minutes * MINUTE).toISOString()

/**
 * The case with the deadlines of a level it reaches at `at`. What the unit or the duty list set otherwise the server
 * alone decides: until its answer a phone shows the level's own. A normal matter's settling time needs the
 * State Council's calendar, which only the server has: null until its answer.
 */
export function withDeadlines(now: Case, level: Level, at: string): Case {
  const hours = now.urgency === 'urgent' ? levelRule(level).settle_urgent_hours : undefined
  return {
    ...now,
    accept_by: later(at, acceptMinutes[now.urgency]),
    settle_by: hours === undefined ? null : later(at, hours * 60),
  }
}
