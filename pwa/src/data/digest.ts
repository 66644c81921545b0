/**
 * What lists and today's page need to know of a dwelling, kept beside it so that no list has to read the
 * dwelling's whole history. Derived: always equal to what its visits, cases and residents say.
 */
import type { Case, Dwelling, RecordType, Records, Resident, Visit } from '../api/records'
import { dueOf, type DueRank } from './due'

export interface Digest {
  /** The dwelling's. */
  id: string
  /** Empty until the dwelling itself has arrived. */
  building_id: string
  /** When its newest visit was; empty for never. */
  visited_at: string
  next_visit_on: string | null
  /** Absent until the dwelling itself has arrived. */
  door?: Pick<Dwelling, 'entrance' | 'floor' | 'room'>
  /** Cases not yet resolved. */
  open: string[]
  /** Residents with care needs. */
  care: string[]
  /** Which kind of visit falls due first; absent while the dwelling itself is unknown. */
  due_rank?: DueRank
  /** The day from which it is due, `YYYY-MM-DD`; empty for never visited. */
  due_on?: string
}

export const blank = (id: string): Digest => ({ id, building_id: '', visited_at: '', next_visit_on: null, open: [], care: [] })

export const isOpen = (now: Case): boolean => now.state === 'open' || now.state === 'accepted'

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
  return { ...digest, building_id: now?.building_id ?? '', door: now ? doorOf(now) : undefined }
}

const foldResident: Fold<'resident'> = (digest, { id, after }) => {
  const now = after as Resident | null
  const needs = now?.dwelling_id === digest.id && now.care_needs.length > 0
  return { ...digest, care: withMember(digest.care, id, needs) }
}

const foldCase: Fold<'case'> = (digest, { id, after }) => {
  const now = after as Case | null
  return { ...digest, open: withMember(digest.open, id, now?.dwelling_id === digest.id && isOpen(now)) }
}

const foldVisit: Fold<'visit'> = (digest, { after }) => {
  const now = after as Visit | null
  if (now?.dwelling_id !== digest.id || now.occurred_at < digest.visited_at) return digest
  return { ...digest, visited_at: now.occurred_at, next_visit_on: now.next_visit_on }
}

const folds: { [T in RecordType]?: Fold<T> } = { dwelling: foldDwelling, resident: foldResident, case: foldCase, visit: foldVisit }

/** Whether digests say anything of records of this type. */
export const isDigested = (type: RecordType): boolean => type in folds

/** The digest after these records turned; what then falls due is worked out once. A newest visit that vanished needs `newestVisit` as well. */
export const fold = (digest: Digest, turns: readonly Turn[]): Digest =>
  withDue(turns.reduce((now, turn) => (folds[turn.type] as Fold<RecordType> | undefined)?.(now, turn) ?? now, digest))

/** Whether the turn took away the visit the digest goes by, so that the next newest must be looked up. */
export function losesNewest(digest: Digest, { type, before, after }: Turn): boolean {
  if (type !== 'visit' || !before) return false
  const [was, now] = [before as Visit, after as Visit | null]
  const moved = now?.dwelling_id !== was.dwelling_id || now.occurred_at !== was.occurred_at
  return was.dwelling_id === digest.id && was.occurred_at === digest.visited_at && moved
}

/** The digest by this visit as its newest; null for none. */
export const newestVisit = (digest: Digest, visit: Visit | null): Digest =>
  withDue({ ...digest, visited_at: visit?.occurred_at ?? '', next_visit_on: visit?.next_visit_on ?? null })

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
export function withDue({ id, building_id, door, visited_at, next_visit_on, open, care }: Digest): Digest {
  const facts = { id, building_id, visited_at, next_visit_on, open, care }
  return building_id ? { ...facts, door, ...dueOf(facts) } : facts
}

/** Whether there is anything to keep of the dwelling. */
export const saysSomething = ({ building_id, visited_at, open, care }: Digest): boolean =>
  Boolean(building_id || visited_at || open.length || care.length)
