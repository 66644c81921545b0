/** The order of diaries. */
import type { Visit } from '../api/records'
import type { Shown } from './types'

/** Workers tell when a visit was to the minute: of the same one, what was written down later comes first, for ids grow with time. */
export const newestVisitFirst = (one: Shown<Visit>, other: Shown<Visit>): number =>
  other.value.occurred_at.localeCompare(one.value.occurred_at) || other.id.localeCompare(one.id)
