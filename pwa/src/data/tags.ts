/** By what the records of each type are found, beside their ids. */
import type { Case, RecordType, Records } from '../api/records'
import type { TagsOf } from './bundles'
import { dayOf } from './due'

export const homeTag = (dwellingId: string): string => `home:${dwellingId}`

/** A day in China, `YYYY-MM-DD`. */
export const dayTag = (day = ''): string => `day:${day}`

export const caseTag = (caseId: string): string => `case:${caseId}`

/** The state, and within it the moment by which lists of that state are ordered. */
export const stateTag = (state: string, at = ''): string => `state:${state}:${at}`

export const holderTag = (unitId: string, state: string): string => `holder:${unitId}:${state}`

/** Cases that somebody was called to. */
export const calledTag = (personId: string): string => `called:${personId}`

/** None in a case that came before there were whistles. */
const calledTo = ({ calls }: Partial<Pick<Case, 'calls'>>): string[] => (calls ?? []).map(({ person_id }) => calledTag(person_id))

const homeOf = (dwellingId: string | null): string[] => (dwellingId ? [homeTag(dwellingId)] : [])

const none = (): string[] => []

export const TAGS: { [T in RecordType]: TagsOf<Records[T]> } = {
  unit: none,
  person: none,
  building: none,
  dwelling: none,
  resident: ({ dwelling_id }) => homeOf(dwelling_id),
  visit: ({ dwelling_id, occurred_at }) => [dayTag(dayOf(occurred_at)), ...homeOf(dwelling_id)],
  case: (value) => [stateTag(value.state, value.opened_at), holderTag(value.holder_id, value.state), ...homeOf(value.dwelling_id), ...calledTo(value)],
  case_event: ({ case_id }) => [caseTag(case_id)],
  conflict: ({ state }) => [stateTag(state)],
}
