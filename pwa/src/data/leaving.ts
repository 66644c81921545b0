/** A phone that was shut out (P8): what it drops at once, what it hands over first, and what it says afterwards. */
import type { Mutation } from '../api/wire'
import { RECORD_TYPES, type PersonDatabase } from './db'
import { dropFact, lastSeq, noteProgress, progress } from './facts'
import { UNSENT } from './outbox'
import { phone, type Farewell, type KnownAccount } from './phone'
import { countPhotosUnsent } from './photo_store'

/** What only this phone has. `through` is the last place of the queue at that moment. */
export interface UnsentWork {
  mutations: Mutation[]
  photos: number
  through: number
  /** What this phone's clock lacks to the server's, in milliseconds (P9); null if they never met. */
  clockOffset: number | null
}

/** All that the server once sent goes at once; the outbox and its photos stay. A later round would fetch anew. */
export async function dropBase(db: PersonDatabase): Promise<void> {
  await db.transaction('rw', [...db.answered, db.photo], async () => {
    const base = RECORD_TYPES.map((type) => db.base(type))
    await Promise.all([...base, db.digest, db.elsewhere, db.staged].map((table) => table.clear()))
    await db.photo.where('state').equals('sent').delete()
    await dropFact(db, 'cursor')
    await dropFact(db, 'staged_cursor')
    await noteProgress(db, { whole: false })
  })
}

export async function unsentWork(db: PersonDatabase): Promise<UnsentWork> {
  return db.transaction('r', [db.outbox, db.photo, db.fact], async () => {
    const entries = await db.outbox.where('state').anyOf(UNSENT).sortBy('seq')
    const { lastContact, skew } = await progress(db)
    return {
      mutations: entries.map(({ mutation }) => mutation),
      photos: await countPhotosUnsent(db),
      through: await lastSeq(db),
      clockOffset: lastContact === null ? null : -Math.round(skew),
    }
  })
}

/** The account of a person this phone knows. */
export async function accountOf(personId: string): Promise<KnownAccount> {
  const known = await phone.account.get(personId)
  if (!known) throw new Error('this phone does not know the person')
  return known
}

/**
 * Everything of this person goes from the phone, but for a word of what became of it.
 *
 * @returns false, and nothing is gone, when something was saved after `work` was handed over
 */
export async function wipe(db: PersonDatabase, { name }: { name: string }, work: UnsentWork): Promise<boolean> {
  await noteFarewell({ person_id: db.personId, name, records: work.mutations.length, photos: work.photos })
  const wiped = await db.transaction('rw', db.tables, async () => {
    if ((await lastSeq(db)) !== work.through) return false
    await Promise.all(db.tables.map((table) => table.clear()))
    return true
  })
  if (wiped) await phone.account.delete(db.personId)
  return wiped
}

/** A phone that died half way comes back with nothing to hand over: what was said before stands. */
async function noteFarewell(farewell: Farewell): Promise<void> {
  await phone.transaction('rw', phone.farewell, async () => {
    const before = await phone.farewell.get(farewell.person_id)
    if (!before || farewell.records + farewell.photos > 0) await phone.farewell.put(farewell)
  })
}
