/** Which records of base a mutation's replay looks at, so that they can be read before it. */
import type { Case, Conflict, RecordType } from '../api/records'
import type { Mutation } from '../api/wire'
import type { Named } from './change'
import { createdBy, mainOf } from './effects'

const named = (type: RecordType, id: string | null | undefined): Named[] => (id ? [{ type, id }] : [])

interface Mentions {
  building_id?: string
  dwelling_id?: string | null
  place?: { unit_id: string } | null
  assignee_id?: string | null
  to?: { person_id: string | null }[]
}

/** The records a mutation itself names. Units above these, and their buildings, are looked at too. */
export function mentionedBy(mutation: Mutation): Named[] {
  const args = mutation.args as Mentions
  return [
    ...[mainOf(mutation), createdBy(mutation)].filter((one) => one !== null),
    ...named('building', args.building_id),
    ...named('dwelling', args.dwelling_id),
    ...named('unit', args.place?.unit_id),
    ...named('person', args.assignee_id),
    ...(args.to ?? []).flatMap(({ person_id }) => named('person', person_id)),
  ]
}

/** The record a conflict is about. */
export const subjectOf = (now: Conflict): Named => ({ type: now.record_type, id: now.record_id })

/** The units an action on this case may look at. */
export const unitsOf = (now: Case): string[] => [now.holder_id, now.origin_id, ...now.climbed_from]
