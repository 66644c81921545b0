/** What an action on a case says besides words, where no line of a timeline has it yet. */
import type { Details } from '../api/records'
import type { Wanted } from '../api/wire'
import { detailsOf } from '../rules/cases'
import type { Facts } from '../rules/transitions'
import { here } from './here'
import { unitsUpFrom } from './ladder'

/** The facts, with the names of the units they name, by id. */
export interface ActFacts {
  details: Details
  units: Record<string, string>
}

/** The facts of an action, as far as this phone has names for them; null where it says none, or is none on a case. */
export async function factsOf({ name, args }: Wanted): Promise<ActFacts | null> {
  if (!name.startsWith('case.')) return null
  const { db } = await here()
  const facts = args as Facts
  const [assignee, units] = await Promise.all([
    db.base('person').get(facts.assignee_id ?? ''),
    unitsUpFrom(db, (facts.to ?? []).map(({ unit_id }) => unit_id ?? '')),
  ])
  const details = detailsOf(facts, { look: (type) => (type === 'person' ? assignee?.value : undefined) as never })
  return details && { details, units: Object.fromEntries([...units].map(([id, unit]) => [id, unit.name])) }
}
