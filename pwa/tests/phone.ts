/** A phone, and the people who use it. */
import Dexie from 'dexie'
import type { PatchEntry, Verdict } from '../src/api/wire'
import { takeAnswer } from '../src/data/answer'
import type { PersonDatabase } from '../src/data/db'
import type { Digest } from '../src/data/digest'
import { lastSeq, setFact } from '../src/data/facts'
import { keyFrom } from '../src/data/cipher'
import { leave } from '../src/data/escrow'
import { databaseOf } from '../src/data/here'
import { holdKey } from '../src/data/keys'
import { phone, setCurrent, type KnownAccount } from '../src/data/phone'
import { search as searchIn, searchable } from '../src/data/search'
import type { ScopeUnit, SearchHit } from '../src/data/types'
import { recordVisit } from '../src/data/writes'
import { DEVICE, grid, post, visitForm } from './community'
import { RESCUE_KEY } from './rescue_key'

/** An empty phone. */
export async function forgetEveryone(): Promise<void> {
  await Promise.all(phone.tables.map((table) => table.clear()))
  for (const name of await Dexie.getDatabaseNames()) {
    const id = /^qiaomen-(.+)$/.exec(name)?.[1]
    if (id) await Promise.all(databaseOf(id).tables.map((table) => table.clear()))
  }
}

export function accountOf(id: string, scope: ScopeUnit[]): KnownAccount {
  return {
    person_id: id, username: id, person: { id, name: `网格员${id}`, username: id }, scope,
    vapid_public_key: 'vapid', rescue_public_key: RESCUE_KEY, last_used_at: '2026-11-23T00:00:00.000Z',
  }
}

const DATA_KEY = new Uint8Array(32).fill(7).buffer

/** Open what lies on this phone of this person. */
export const unlock = async (id: string): Promise<void> => holdKey(id, await keyFrom(DATA_KEY))

/** Let this person use the phone from now on. */
export async function uses(id: string, scope: ScopeUnit[] = [post(grid, 'grid_worker')]): Promise<PersonDatabase> {
  const me = accountOf(id, scope)
  await unlock(id)
  await phone.lock.put({ person_id: id, pin: null, escrow: await leave(DATA_KEY, me), wrong: 0, session: null })
  await setCurrent(me)
  const db = databaseOf(id)
  await setFact(db, 'device_id', `${DEVICE}-${id}`)
  return db
}

/** What this phone keeps of each dwelling for its lists. */
export const digests = async (db: PersonDatabase): Promise<Digest[]> => (await db.board.toArray()).flatMap(({ homes }) => homes)

let cursor = 0

/** Bring a page of the server onto the phone. */
export async function bring(db: PersonDatabase, patch: PatchEntry[], verdicts: Verdict[] = [], more = false): Promise<void> {
  const now = Date.now()
  const through = Math.max(await lastSeq(db), 0)
  const answer = { now: new Date(now).toISOString(), received_through: through, verdicts, patch, cursor: `c${++cursor}`, more, reset: null, check: [] }
  await takeAnswer(db, answer, now, now)
}

/** Save so many visits. */
export async function record(count: number, more: Parameters<typeof visitForm>[0] = {}): Promise<void> {
  for (let at = 0; at < count; at++) await recordVisit(visitForm(more))
}

/** What somebody finds who types this. */
export const search = async (text: string): Promise<SearchHit[]> => searchIn(await searchable(), text)
