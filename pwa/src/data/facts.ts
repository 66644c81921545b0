/** Single values of one person's database: the counter, the device, the cursors, how sending goes. */
import type { StorageRisk } from '../rules/storage'
import type { Agreement } from './agreement'
import type { PersonDatabase } from './db'
import { unlessFull } from './full'
import type { Change } from './listed'

/** What the browser said of this app's storage, in bytes, and when; null where it does not say. */
interface StorageState {
  persisted: boolean | null
  used: number | null
  quota: number | null
  risk: StorageRisk | null
  at: string
}

/** How sending goes, for the screen and for the next run. */
export interface Progress {
  running: boolean
  /** Everything the person may see has been brought down once. */
  whole: boolean
  /** When the server last answered, by its own clock, UTC. */
  lastContact: string | null
  /** The last attempt did not reach the server, or found it too busy. */
  unreachable: boolean
  /** Code of what went wrong last; null while nothing does. */
  problem: string | null
  /** Nothing is sent by itself until somebody acts. */
  stopped: boolean
  /** When to try once more all the same, UTC: what stopped it may have been mended elsewhere. */
  tryAgainAt: string | null
  /** The server is left alone until then, UTC. */
  notBefore: string | null
  /** How often in a row it was too busy without saying until when: above 0, `notBefore` is this phone's guess. */
  busyTimes: number
  /** The same two for photos, which never hold up the text. */
  photosNotBefore: string | null
  photosBusyTimes: number
  /** How far this phone's clock is ahead of the server's, in milliseconds (P9). */
  skew: number
  storage: StorageState | null
}

interface Facts {
  device_id: string
  /** The last `seq` given out. */
  seq: number
  /** How far base has come. */
  cursor: string
  /** How far the new copy has come; absent while none is being built (L5). */
  staged_cursor: string
  agreement: Agreement
  /** Another whenever anything of base that a search finds has changed: by it what is in memory is known to be old. */
  listed: string
  /** What the last changes of these were (`listed.ts`). */
  listed_trail: Change[]
  /** Another whenever a record of base has changed (`base_mark.ts`), or anything in the outbox (`outbox_mark.ts`). */
  base_mark: string
  outbox_mark: string
  /** How many answers of the server this phone has taken in. */
  answers: number
  progress: Progress
  /** No row lies in the clear any more (`seal_all.ts`). */
  sealed: true
  /** By which rules the boards were made (`renewal.ts`). */
  board_rules: number
  /** What the last report to the server was about, and when it was given. */
  said: { kind: string; at: string }
  /** How far the list of notices has come. */
  notices_version: number
  /** How often notices were marked as seen here: another number is something to tell. */
  marks: number
  /** The device whose database vanished from this phone; whether the server, and the worker, have been told. */
  replaces: { device_id: string; told: boolean; seen: boolean }
  /** How often a photo that waits broke off on its way, by its hash. */
  broken_off: Record<string, number>
  /** The size of batch that went when a larger one was refused, and until when to keep to it, UTC. */
  batch: { size: number; until: string }
}

const RESTING: Progress = {
  running: false, whole: false, lastContact: null, unreachable: false, problem: null, stopped: false, tryAgainAt: null,
  notBefore: null, busyTimes: 0, photosNotBefore: null, photosBusyTimes: 0, skew: 0, storage: null,
}

export async function fact<K extends keyof Facts>(db: PersonDatabase, key: K): Promise<Facts[K] | null> {
  return ((await db.fact.get(key))?.value as Facts[K] | undefined) ?? null
}

export async function setFact<K extends keyof Facts>(db: PersonDatabase, key: K, value: Facts[K]): Promise<void> {
  await db.fact.put({ key, value })
}

export async function dropFact(db: PersonDatabase, key: keyof Facts): Promise<void> {
  await db.fact.delete(key)
}

export async function lastSeq(db: PersonDatabase): Promise<number> {
  return (await fact(db, 'seq')) ?? 0
}

export async function progress(db: PersonDatabase): Promise<Progress> {
  return { ...RESTING, ...(await fact(db, 'progress')) }
}

/** A full disk takes no note, and what goes on goes on without. */
export async function noteProgress(db: PersonDatabase, change: Partial<Progress>): Promise<void> {
  await db.transaction('rw', db.fact, async () => setFact(db, 'progress', { ...(await progress(db)), ...change })).catch(unlessFull)
}
