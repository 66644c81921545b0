/** What each mutation does to the records this phone shows, until the server's own words arrive. */
import type { RecordType } from '../api/records'
import type { Arguments, CaseArgs, Mutation, MutationName, VisitArgs, Wanted } from '../api/wire'
import { act, openCase } from './cases'
import type { Change, Named } from './change'
import { settle } from './conflicts'
import { edit } from './edits'
import { addDwelling, addResident, removeResident } from './households'
import { placed } from './places'
import type { Scene } from './scene'

function recordVisit(args: VisitArgs, { author, look }: Scene): Change[] {
  const { id, ...said } = args
  const value = { ...said, ...placed(args, look), visitor_id: author.id, visitor_name: author.name, received_at: null }
  return [{ type: 'visit', id, value }]
}

const effects: { [N in MutationName]: (args: Arguments[N], scene: Scene, mutationId: string) => Change[] } = {
  'visit.record': recordVisit,
  'visit.amend': edit('visit'),
  'dwelling.add': addDwelling,
  'dwelling.edit': edit('dwelling'),
  'resident.add': addResident,
  'resident.edit': edit('resident') as (args: Arguments['resident.edit'], scene: Scene) => Change[],
  'resident.remove': removeResident,
  'conflict.settle': settle,
  'case.open': openCase,
  'case.note': act('note'),
  'case.accept': act('accept'),
  'case.assign': act('assign'),
  'case.escalate': act('escalate'),
  'case.return': act('return'),
  'case.extend': act('extend'),
  'case.grant': act('grant'),
  'case.deny': act('deny'),
  'case.council': act('council'),
  'case.whistle': act('whistle'),
  'case.respond': act('respond'),
  'case.resolve': act('resolve'),
  'case.rate': act('rate'),
  'case.reopen': act('reopen'),
  'case.merge': act('merge'),
  'case.withdraw': act('withdraw'),
  'resident.unmask': () => [],
  'case.unmask': () => [],
  'outbox.lost': () => [],
}

/** The mutations that make their main record; an action on a case makes a line of its timeline. */
const MAKERS: MutationName[] = ['visit.record', 'dwelling.add', 'resident.add', 'case.open']

/** The record a mutation is about; null where it is about none. */
export function mainOf({ name, args }: Wanted): Named | null {
  return name === 'outbox.lost' ? null : { type: name.split('.')[0] as RecordType, id: (args as { id: string }).id }
}

/** Whether it leaves its main record as it is: somebody only looked. */
export const isLook = ({ name }: Mutation): boolean => name === 'resident.unmask' || name === 'case.unmask'

/** The record that exists only once this mutation has taken effect; null where it makes none. */
export function createdBy(mutation: Mutation): Named | null {
  if (MAKERS.includes(mutation.name)) return mainOf(mutation)
  const { event_id } = mutation.args as Partial<CaseArgs>
  return event_id ? { type: 'case_event', id: event_id } : null
}

/** What one mutation does, by the rules of the server as far as this phone can apply them. */
export function effectOf(mutation: Mutation, scene: Scene): Change[] {
  const effect = effects[mutation.name] as (args: unknown, scene: Scene, mutationId: string) => Change[]
  return effect(mutation.args, scene, mutation.id)
}
