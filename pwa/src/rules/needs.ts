/** Which records of base a mutation's replay looks at, so that they can be read before it. */
import type { Case, RecordType } from '../api/records'
import type { Mutation } from '../api/wire'
import { createdBy, type Named } from './effects'

const named = (type: RecordType, id: string | null | undefined): Named[] => (id ? [{ type, id }] : [])

interface Mentions {
  id?: string
  event_id?: string
  dwelling_id?: string | null
  place?: { unit_id: string } | null
}

/** The records a mutation itself names. Units above these, and their buildings, are looked at too. */
export function mentionedBy(mutation: Mutation): Named[] {
  const args = mutation.args as Mentions
  const made = createdBy(mutation)
  return [
    ...(made ? [made] : []),
    ...(args.event_id ? named('case', args.id) : []),
    ...named('dwelling', args.dwelling_id),
    ...named('unit', args.place?.unit_id),
  ]
}

/** The units an action on this case may look at. */
export const unitsOf = (now: Case): string[] => [now.holder_id, now.origin_id, ...now.climbed_from]
