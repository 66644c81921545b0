/** The values a patch carries, by record type (PROTOCOL.md), from the server's OpenAPI. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Unit = Required<Schemas['Unit']>
export type Level = Unit['level']
export type Person = Required<Schemas['Person']>
export type Building = Required<Schemas['Building']>
export type Dwelling = Required<Schemas['Dwelling']>

export type CareNeed = 'living_alone' | 'disabled' | 'pregnant' | 'low_income' | 'chronic_illness' | 'left_behind'
export type Resident = Required<Omit<Schemas['Resident'], 'care_needs'>> & { care_needs: CareNeed[] }

/** `received_at` is null while only this phone has the record. */
type Unreceived<T> = Omit<T, 'received_at'> & { received_at: string | null }

export type Visit = Unreceived<Required<Schemas['Visit']>>
export type VisitKind = Visit['kind']
export type Location = Schemas['Location']
export type Place = Schemas['Place']

export type Case = Required<Schemas['Case']>
export type CaseKind = Case['kind']
export type CaseState = Case['state']
export type Urgency = Case['urgency']
/** What the resident last said of a case. */
export type Rating = Schemas['Rating']
/** Somebody who was called to a case by a whistle, and what they answered last. */
export type Call = Required<Schemas['Call']>
export type Answer = NonNullable<Call['answer']>
/** Whom a whistle calls: exactly one of the three. */
export type Callee = Schemas['Callee']
export type Reporter = Schemas['Reporter']
/** The facts of an action that are no words; each action has its own. */
export type Details = Schemas['Details']
export type Votes = Schemas['Votes']
export type CaseEvent = Unreceived<Required<Schemas['CaseEvent']>>

/** Two values of a field, one lost in a merge; `value` of each is what the field of that record holds (M2). */
export type Conflict = Required<Schemas['Conflict']>
export type ConflictSide = Conflict['mine']

/** Where a record belongs within its community; null where it has no place that low. */
export type Placed = Pick<Building, 'grid_id' | 'compound_id'>

export interface Records {
  unit: Unit
  person: Person
  building: Building
  dwelling: Dwelling
  resident: Resident
  visit: Visit
  case: Case
  case_event: CaseEvent
  conflict: Conflict
}

export type RecordType = keyof Records
