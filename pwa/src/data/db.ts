/** The database of one person on this phone: base, outbox, photos, notices, drafts. */
import Dexie, { type Table } from 'dexie'
import type { RecordType, Records } from '../api/records'
import type { DutyAnswer, DutyItem, Mutation, NoticeAnswer, Verdict } from '../api/wire'
import type { Board } from './boards'
import { Shelf, type Bundle, type Bundled } from './bundles'
import { keyOf } from './keys'
import { lettingGo } from './let_go'
import { marking } from './outbox_mark'
import type { OwnPhrases } from './phrases'
import { sealing } from './sealing'
import { TAGS } from './tags'
import { adopt, bundleUp } from './upgrades'

/** A record of base. */
export type Row<T extends RecordType = RecordType> = Bundled<T, Records[T]>

/**
 * How far a mutation has come. `handed`: a locked phone handed it in; the next exchange brings its verdict. `received`: its verdict is in, its effect is still on the way in a later
 * page (L3, L7). `settled`: base holds its effect. `refused`: kept for its author to read.
 */
export type OutboxState = 'waiting' | 'sending' | 'handed' | 'received' | 'settled' | 'refused'

export interface OutboxEntry {
  seq: number
  state: OutboxState
  /** Not there where its ciphertext doesn't open (`isReadable`). */
  mutation: Mutation
  /** What the server is told in the place of one that this phone can't read: in the clear, and the same each time. */
  lost?: Mutation
  /** The tap, UTC, in the clear; absent where an older version of the app saved it. */
  at?: string
  /** How far this phone's clock was ahead of the server's then, in milliseconds, as far as it knew; absent likewise. */
  ahead?: number
  /** The records it makes or changes, as `type:id`; the first is its main record. */
  refs: string[]
  verdict: Verdict | null
  /** Nobody has been given it yet, neither the server nor a file: until then its author may put it otherwise. */
  fresh?: boolean
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

/** A record of a type this version does not know. */
export interface Stranger {
  type: string
  id: string
  version: number
  value: unknown
}

/** `kept`: no saved record names it yet. `waiting`: to be sent. `refused`: the server won't have it. */
type PhotoState = 'kept' | 'waiting' | 'sent' | 'refused'

export interface Photo {
  sha256: string
  bytes: ArrayBuffer
  type: string
  state: PhotoState
  problem: string | null
  added_at: string
  /** The last `seq` given out when it had been sent: no server that has come further lacks it. */
  sent_after?: number
}

/** A photo that the server has, as this phone has shown it, so that it shows again without signal. */
interface PhotoCopy {
  sha256: string
  /** A JPEG. */
  bytes: ArrayBuffer
  /** Of `bytes`, in bytes. */
  size: number
  shown_at: string
}

/** `marked`: seen on this phone, and the server does not know yet. */
export type NoticeState = 'new' | 'marked' | 'seen'

interface NoticeRow extends Omit<NoticeAnswer, 'seen'> {
  state: NoticeState
}

export interface Draft {
  key: string
  value: unknown
}

export interface Fact {
  key: string
  value: unknown
}

/** The roster as the server last told it, and when that was, UTC. There is one row at most. */
export interface KeptDuty {
  key: 'mine'
  at: string
  value: DutyAnswer
}

/** The duty list as the server last gave it, when that was, UTC, and the tag by which it says that it has not changed. There is one row at most. */
export interface KeptDutyList {
  key: 'mine'
  at: string
  tag: string
  items: DutyItem[]
}

/** Up to version 2 records were kept as rows of these tables. */
const ROW_TABLES = {
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

/** What came with version 2; the rest was there from the start. */
const { conflict, ...FIRST_TABLES } = ROW_TABLES

export const RECORD_TYPES = Object.keys(TAGS) as RecordType[]

const BUNDLES = '++number, *tags'

/** Tables that version 3 takes away. */
const GONE_TABLES = Object.fromEntries([...Object.keys(ROW_TABLES), 'digest', 'staged'].map((table) => [table, null]))

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
  declare readonly bundle: Table<Bundle, number>
  declare readonly board: Table<Board, string>
  declare readonly outbox: Table<OutboxEntry, number>
  declare readonly receipt: Table<Receipt, string>
  /** The new copy that is built beside the old after a `reset` (L5). */
  declare readonly staged: Table<Bundle, number>
  /** Records of types this version does not know yet; an update finds them here. */
  declare readonly elsewhere: Table<Stranger, [string, string]>
  declare readonly photo: Table<Photo, string>
  declare readonly photo_copy: Table<PhotoCopy, string>
  declare readonly notice: Table<NoticeRow, string>
  declare readonly draft: Table<Draft, string>
  declare readonly fact: Table<Fact, string>
  declare readonly duty: Table<KeptDuty, string>
  declare readonly duty_list: Table<KeptDutyList, string>
  declare readonly phrases: Table<OwnPhrases, string>

  /** Tables in which this tab has met a row that doesn't open. */
  readonly broken = new Set<string>()

  /** With `sealed`, what is encrypted on the disk is read and written in the clear, and without the key not at all. */
  constructor(readonly personId: string, sealed = true) {
    // Strict: a transaction is complete when it is on the disk, so a tap survives a dead battery.
    // Without Dexie's cache: it copies every row it hands to a live query, which costs more than reading again.
    super(`qiaomen-${personId}`, { chromeTransactionDurability: 'strict', cache: 'disabled' })
    // Dexie follows an upgrade past its first await only where the function it is given is async itself.
    this.version(1).stores({ ...FIRST_TABLES, ...OWN_TABLES })
    this.version(2).stores({ conflict }).upgrade(async (upgrade) => adopt(upgrade, 'conflict'))
    this.version(3).stores({ ...GONE_TABLES, bundle: BUNDLES, board: 'building_id' }).upgrade(async (upgrade) => bundleUp(upgrade, RECORD_TYPES))
    this.version(4).stores({ staged: BUNDLES })
    this.version(5).stores({ duty: 'key', notice: 'id, state, case_id, created_at' })
    this.version(6).stores({ duty_list: 'key' })
    this.version(7).stores({ photo_copy: 'sha256, [shown_at+size]' })
    this.version(8).stores({ phrases: 'list' })
    this.use(lettingGo)
    this.use(marking)
    if (sealed) this.use(sealing(() => keyOf(personId), this.broken))
  }

  /** Read what a screen shows of base: in one transaction, for each costs as much as what it reads; without the outbox, for taps are saved while base is replaced (L5). */
  async reading<T>(read: () => Promise<T>): Promise<T> {
    return this.transaction('r', [this.bundle, this.board, this.receipt], async () => read())
  }

  base<T extends RecordType>(type: T): Shelf<T, Records[T]> {
    return new Shelf(this.bundle, type, TAGS[type])
  }

  /** The records of one type, known or not, of the new copy. */
  copied(type: string): Shelf<string, unknown> {
    return new Shelf<string, unknown>(this.staged, type, () => [])
  }

  /** Every table an answer of the server touches. */
  get answered(): Table[] {
    return [this.bundle, this.board, this.outbox, this.receipt, this.staged, this.elsewhere, this.photo, this.fact]
  }
}

/** The name by which outbox, receipts and overlay speak of a record. */
export const refOf = (type: RecordType, id: string): string => `${type}:${id}`
