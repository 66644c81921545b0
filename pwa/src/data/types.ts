/** What the screens receive from and hand to the local database. */
import type {
  Building, CaseKind, Details, Dwelling, Level, Location, Place, RecordType,
  Reporter, Resident, Urgency, Visit, VisitKind,
} from '../api/records'
import type { DwellingChanges, Keep, VisitChanges } from '../api/wire'
import type { CaseRow } from './case_types'

export type * from './case_types'
export type {
  Answer, Building, Call, Callee, CareNeed, Case, CaseEvent, CaseKind, CaseState, Dwelling, Level, Location, Person,
  Place, RecordType, Records, Reporter, Resident, Unit, Urgency, Visit, VisitKind,
} from '../api/records'
export type { AskedPolicy, DeadlinePolicy, DutyItem, DutyShift, Keep, UnitDuty } from '../api/wire'

/** Where a record's newest change is: 已存手机 · 发送中 · 已送达 · 没办成. */
export type Where = 'phone' | 'sending' | 'received' | 'refused'

/** A record as the screen shows it: the last server state with this phone's own changes replayed. */
export interface Shown<T> {
  id: string
  /** The server's version of the last state received; null while only this phone has the record. */
  version: number | null
  value: T
  where: Where
  /** What the server answered to this phone's newest change, e.g. `8F3K-22QD`. */
  receipt: string | null
  /** The verdict's code when the newest change was refused. */
  problem: string | null
}

export type { Farewell } from './phone'

export interface ScopeUnit {
  unit_id: string
  level: Level
  role: string
  name: string
  code: string
}

export interface Account {
  person: { id: string; name: string; username: string }
  scope: ScopeUnit[]
}

export interface BuildingName {
  id: string
  name: string
}

export interface BuildingSummary extends BuildingName {
  grid_id: string | null
  entrances: number
  floors: number
  dwellings: number
  /** Dwellings visited within the last 30 days. */
  visited: number
  open_cases: number
}

export interface DwellingCell {
  id: string
  entrance: string
  floor: number
  room: string
  /** Within the last 30 days. */
  visited_lately: boolean
  open_cases: number
  /** A visit is due: promised, for care, or because none was for long. */
  due: boolean
}

export interface DwellingPage extends Shown<Dwelling> {
  building: Building | null
  /** Why a visit is due; null while none is. */
  due: DueReason | null
  residents: Shown<Resident>[]
  /** Newest first. */
  visits: Shown<Visit>[]
  cases: CaseRow[]
}

export interface SearchHit {
  dwelling_id: string
  /** E.g. `3号楼 1-502`. */
  label: string
  names: string[]
}

export type DueReason = 'promised' | 'care' | 'never' | 'long_ago'

export interface DueDwelling {
  dwelling_id: string
  label: string
  reason: DueReason
  /** Since when it is due; null when it was never visited. */
  due_on: string | null
  last_visited_on: string | null
}

export interface SyncState {
  unsent: number
  photosUnsent: number
  /** Changes the server did not do, until their author has put them away. */
  refused: number
  /** Photos the server won't have; they stay on this phone. */
  photosRefused: number
  /** Everything has been brought down once; until then lists are not complete. */
  whole: boolean
  lastContact: string | null
  online: boolean
  running: boolean
  /** Code of what stops sending: `signed_out`, `malformed`, `protocol_too_old`, `device_revoked`, … */
  problem: string | null
  /** Conflicts that wait for this person's tap. */
  conflicts: number
  /** Minutes this phone's clock is ahead of the server's; 0 while within two minutes (P9). */
  skewMinutes: number
  /** The browser has little room left for this app, or none. */
  storageRisk: 'full' | 'filling' | null
  /** What was on this phone was cleared by the browser, and its owner has not said to have read it. */
  wiped: boolean
}

export interface Today {
  waiting: CaseRow[]
  /** The first 20 of those a visit is due to, the most pressing first. */
  due: DueDwelling[]
  /** How many there are in all. */
  due_in_all: number
}

/** What is needed to say a change in words: the dwelling's or place's label, the case's title, the author's words, the fields of an edit. */
export interface Title {
  place: string
  subject: string
  words: string
  fields: string[]
}

export interface OutboxRow {
  seq: number
  id: string
  /** The mutation's name, e.g. `case.escalate`; empty where it can't be read any more (`problem` is `unreadable`). */
  name: string
  /** Null where that was kept with what can't be read. */
  at: string | null
  where: Where
  problem: string | null
  receipt: string | null
  title: Title
  record: { type: RecordType; id: string } | null
  /** The dwelling it is about, or its resident or visit. */
  dwelling_id: string | null
  /** The building that a door is added to. */
  building_id: string | null
  /** Nobody has been given it yet: its author may put it otherwise. */
  fresh: boolean
}

/** What stands at a place of the outbox, as its author wrote it; `label` says where, empty if this phone does not know. */
export interface Written<Args> {
  name: string
  args: Args
  label: string
  refused: boolean
}

export interface Outbox {
  rows: OutboxRow[]
  photosWaiting: number
}

export interface VisitForm {
  dwelling_id: string | null
  place: Place | null
  kind: VisitKind
  /** UTC; the tap's own time when left out. */
  occurred_at?: string
  met: string[]
  summary: string
  needs: string[]
  photos: string[]
  location: Location | null
  next_visit_on: string | null
}

export interface CaseForm {
  kind: CaseKind
  title: string
  detail: string
  urgency: Urgency
  category: string | null
  dwelling_id: string | null
  place: Place | null
  visit_id: string | null
  reporter: Reporter | null
  photos: string[]
}

/** What a worker writes of somebody who lives in a dwelling; `consented_on` is the day they agreed to their care needs being kept. */
export type ResidentForm = Pick<Resident, 'name' | 'phone' | 'relation' | 'birth_year' | 'care_needs' | 'consented_on'>

/** What a worker writes of a dwelling. */
export type DwellingForm = Pick<Dwelling, 'entrance' | 'floor' | 'room' | 'occupancy' | 'note'>

export type { Details, DwellingChanges, VisitChanges }

/** One of the two values of a conflict, by whom and when; `own`: by the person whose phone this is. */
export interface ConflictSide {
  name: string
  at: string
  value: unknown
  own: boolean
}

export interface ConflictRow {
  id: string
  record: { type: RecordType; id: string }
  /** The resident's name; empty for a dwelling, a visit, or somebody who was removed. */
  name: string
  dwelling_id: string | null
  place: string
  field: string
  /** `theirs` removed the record: there is nothing left to choose. */
  removed: boolean
  /** The value that was lost. */
  mine: ConflictSide
  /** The value that stands. */
  theirs: ConflictSide
  choices: Keep[]
}
