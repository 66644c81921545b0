/**
 * What lists and today's page need to know of a dwelling, kept beside it so that no list has to read the
 * dwelling's whole history. Derived: always equal to what its visits, cases and residents say.
 */
import type { Case, Dwelling, RecordType, Records, Resident, Visit } from '../api/records'
import { isUnsettled } from './case_states'
import { dueOf, type DueRank, type Knocks } from './due'

export interface Digest extends Knocks {
  /** The dwelling's. */
  id: string
  /** Empty until the dwelling itself has arrived. */
  building_id: string
  /** Absent until the dwelling itself has arrived. */
  door?: Pick<Dwelling, 'entrance' | 'floor' | 'room'>
  /** Nobody lives there; absent where somebody may. */
  vacant?: true
  /** Cases not yet resolved. */
  open: string[]
  /** Residents with care needs. */
  care: string[]
  /** Which kind of visit falls due first; absent for none, and while the dwelling itself is unknown. */
  due_rank?: DueRank
  /** The day from which it is due, `YYYY-MM-DD`; empty for never visited. */
  due_on?: string
}

const UNVISITED: Knocks = { visited_at: '', next_visit_on: null, shut_at: undefined, again_on: undefined }

export const blank = (id: string): Digest => ({ id, building_id: '', ...UNVISITED, open: [], care: [] })

const withMember = (ids: string[], id: string, member: boolean): string[] =>
  member ? [...new Set([...ids, id])] : ids.filter((other) => other !== id)

/** One record before and after; null where it did not exist or exists no more. */
export interface Turn<T extends RecordType = RecordType> {
  type: T
  id: string
  before: Records[T] | null
  after: Records[T] | null
}

type Fold<T extends RecordType> = (digest: Digest, turn: Turn<T>) => Digest

export const doorOf = ({ entrance, floor, room }: Dwelling): Digest['door'] => ({ entrance, floor, room })

const foldDwelling: Fold<'dwelling'> = (digest, { after }) => {
  const now = after as Dwelling | null
  return { ...digest, building_id: now?.building_id ?? '', door: now ? doorOf(now) : undefined, vacant: now?.occupancy === 'vacant' || undefined }
}

const foldResident: Fold<'resident'> = (digest, { id, after }) => {
  const now = after as Resident | null
  const needs = now?.dwelling_id === digest.id && now.care_needs.length > 0
  return { ...digest, care: withMember(digest.care, id, needs) }
}

const foldCase: Fold<'case'> = (digest, { id, after }) => {
  const now = after as Case | null
  return { ...digest, open: withMember(digest.open, id, now?.dwelling_id === digest.id && isUnsettled(now)) }
}

const foldVisit: Fold<'visit'> = (digest, { after }) => {
  const now = after as Visit | null
  return now?.dwelling_id === digest.id ? withVisit(digest, now) : digest
}

/** The newest visit of each sort counts: one that nobody opened for takes nothing of what the last one said. */
function withVisit(digest: Digest, { kind, occurred_at, next_visit_on }: Visit): Digest {
  if (kind === 'no_answer') return occurred_at < (digest.shut_at ?? '') ? digest : { ...digest, shut_at: occurred_at, again_on: next_visit_on }
  return occurred_at < digest.visited_at ? digest : { ...digest, visited_at: occurred_at, next_visit_on }
}

const folds: { [T in RecordType]?: Fold<T> } = { dwelling: foldDwelling, resident: foldResident, case: foldCase, visit: foldVisit }

/** The types of records that digests say anything of. */
export const DIGESTED = Object.keys(folds) as RecordType[]

const isDigested = (type: RecordType): boolean => type in folds

/** The digest after these records turned; what then falls due is worked out once. A newest visit that vanished needs `byVisits` as well. */
export const fold = (digest: Digest, turns: readonly Turn[]): Digest =>
  withDue(turns.reduce((now, turn) => (folds[turn.type] as Fold<RecordType> | undefined)?.(now, turn) ?? now, digest))

/** Whether the turn took away a visit the digest goes by, so that the dwelling's visits must be looked up. */
export function losesNewest(digest: Digest, { type, before, after }: Turn): boolean {
  if (type !== 'visit' || !before) return false
  const [was, now] = [before as Visit, after as Visit | null]
  const isOther = now?.dwelling_id !== was.dwelling_id || now.occurred_at !== was.occurred_at || now.kind !== was.kind
  return was.dwelling_id === digest.id && [digest.visited_at, digest.shut_at].includes(was.occurred_at) && isOther
}

/** The digest by these visits and no others. */
export const byVisits = (digest: Digest, visits: readonly Visit[]): Digest => withDue(visits.reduce(withVisit, { ...digest, ...UNVISITED }))

/** The turns that concern each dwelling, in their order. */
export function byDwelling(turns: readonly Turn[]): Map<string, Turn[]> {
  const concerning = new Map<string, Turn[]>()
  for (const turn of turns) {
    for (const id of dwellingsOfTurn(turn)) {
      const known = concerning.get(id)
      if (known) known.push(turn)
      else concerning.set(id, [turn])
    }
  }
  return concerning
}

function dwellingsOfTurn({ type, id, before, after }: Turn): string[] {
  if (type === 'dwelling') return [id]
  if (!isDigested(type)) return []
  const [was, now] = [before, after].map((value) => (value as { dwelling_id: string | null } | null)?.dwelling_id)
  return [was, now === was ? null : now].filter((found): found is string => Boolean(found))
}

/** The buildings a dwelling was in, or is. */
export function buildingsOfTurn({ type, before, after }: Turn): string[] {
  return type === 'dwelling' ? [before, after].flatMap((value) => (value as Dwelling | null)?.building_id ?? []) : []
}

/** The digest with what follows from its facts: what falls due. */
export function withDue({ id, building_id, door, vacant, visited_at, next_visit_on, shut_at, again_on, open, care }: Digest): Digest {
  const facts = { id, building_id, vacant, visited_at, next_visit_on, shut_at, again_on, open, care }
  return building_id ? { ...facts, door, ...dueOf(facts) } : facts
}

/** Whether there is anything to keep of the dwelling. */
export const saysSomething = ({ building_id, visited_at, shut_at, open, care }: Digest): boolean =>
  Boolean(building_id || visited_at || shut_at || open.length || care.length)
