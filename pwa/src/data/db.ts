/** The database of one person on this phone: base, outbox, photos, drafts. */
import Dexie, { type Table } from 'dexie'
import type { RecordType, Records } from '../api/records'
import type { Mutation, Verdict } from '../api/wire'
import type { Digest } from './digest'
import { adopt } from './upgrades'

/** A record as the server last sent it. `terms` is what a resident is found by (see `terms.ts`). */
export interface Row<T extends RecordType = RecordType> {
  id: string
  version: number
  value: Records[T]
  terms?: string[]
  /** The number of the answer that brought it; absent if an older version of the app took it in. */
  answer?: number
}

/**
 * How far a mutation has come. `received`: its verdict is in, its effect is still on the way in a later
 * page (L3, L7). `settled`: base holds its effect. `refused`: kept for its author to read.
 */
export type OutboxState = 'waiting' | 'sending' | 'received' | 'settled' | 'refused'

export interface OutboxEntry {
  seq: number
  state: OutboxState
  mutation: Mutation
  /** The records it makes or changes, as `type:id`; the first is its main record. */
  refs: string[]
  verdict: Verdict | null
  /** The number of the answer that brought the verdict: what comes with it or after has the effect (L3). */
  answer?: number
  /** Of an edit: the fields it changes as its author saw them. */
  seen?: Record<string, unknown>
}

/** What the server answered to this phone's newest change of a record. */
export interface Receipt {
  ref: string
  seq: number
  verdict: Verdict
}

export interface StagedRow {
  type: string
  id: string
  version: number
  value: unknown
}

/** `kept`: no saved record names it yet. `waiting`: to be sent. `refused`: the server won't have it. */
export type PhotoState = 'kept' | 'waiting' | 'sent' | 'refused'

export interface Photo {
  sha256: string
  bytes: ArrayBuffer
  type: string
  state: PhotoState
  problem: string | null
  added_at: string
}

export interface Draft {
  key: string
  value: unknown
}

export interface Fact {
  key: string
  value: unknown
}

/** The record tables, each with the indexes its reads need. */
export const RECORD_TABLES = {
  unit: 'id',
  person: 'id',
  building: 'id',
  dwelling: 'id, value.building_id, value.room',
  resident: 'id, value.dwelling_id, *terms',
  visit: 'id, [value.dwelling_id+value.occurred_at]',
  case: 'id, [value.state+value.opened_at], [value.holder_id+value.state], value.dwelling_id',
  case_event: 'id, [value.case_id+value.at]',
  conflict: 'id, value.state',
} as const satisfies Record<RecordType, string>

/** The tables that came later; the rest was there from the start. */
const { conflict, ...FIRST_TABLES } = RECORD_TABLES

export const RECORD_TYPES = Object.keys(RECORD_TABLES) as RecordType[]

const OWN_TABLES = {
  digest: 'id, building_id, [building_id+visited_at], busy, [due_rank+due_on]',
  outbox: 'seq, state, *refs',
  receipt: 'ref',
  staged: '[type+id], type',
  elsewhere: '[type+id]',
  photo: 'sha256, state',
  draft: 'key',
  fact: 'key',
}

export class PersonDatabase extends Dexie {
  declare readonly digest: Table<Digest, string>
  declare readonly outbox: Table<OutboxEntry, number>
  declare readonly receipt: Table<Receipt, string>
  /** The new copy that is built beside the old after a `reset` (L5). */
  declare readonly staged: Table<StagedRow, [string, string]>
  /** Records of types this version does not know yet; an update finds them here. */
  declare readonly elsewhere: Table<StagedRow, [string, string]>
  declare readonly photo: Table<Photo, string>
  declare readonly draft: Table<Draft, string>
  declare readonly fact: Table<Fact, string>

  constructor(readonly personId: string) {
    // Strict: a transaction is complete when it is on the disk, so a tap survives a dead battery.
    super(`qiaomen-${personId}`, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({ ...FIRST_TABLES, ...OWN_TABLES })
    this.version(2).stores({ conflict }).upgrade((upgrade) => adopt(upgrade, 'conflict'))
  }

  base<T extends RecordType>(type: T): Table<Row<T>, string> {
    return this.table(type)
  }

  /** Every table an answer of the server touches. */
  get answered(): Table[] {
    return [...RECORD_TYPES.map((type) => this.base(type)), this.digest, this.outbox, this.receipt, this.staged, this.elsewhere, this.fact]
  }
}

/** The name by which outbox, receipts and overlay speak of a record. */
export const refOf = (type: RecordType, id: string): string => `${type}:${id}`
