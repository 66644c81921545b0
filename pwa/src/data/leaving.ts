/** A phone that was shut out (P8): what it hands over first, and what it says afterwards. */
import type { Mutation } from '../api/wire'
import type { OutboxEntry, PersonDatabase } from './db'
import { fact, lastSeq, progress } from './facts'
import { dropKey } from './keys'
import { UNSENT } from './outbox'
import { phone, type Farewell, type KnownAccount } from './phone'
import { countPhotosUnsent } from './photo_store'
import type { StoredRow } from './sealing'

/** What only this phone has. `through` is the last place of the queue at that moment. */
export interface UnsentWork {
  records: number
  /** As they lie on this phone (`sealing.ts`): most encrypted; in the clear what an older version of the app saved, and in the place of what this phone can't read that it is lost. */
  sealed: ArrayBuffer[]
  /** Where each of `sealed` stands in the queue. */
  places: number[]
  mutations: Mutation[]
  photos: number
  through: number
  /** What this phone's clock lacks to the server's, in milliseconds (P9); null if they never met. */
  clockOffset: number | null
}

type StoredEntry = Pick<OutboxEntry, 'seq'> & Partial<Pick<OutboxEntry, 'mutation' | 'lost'>> & Pick<StoredRow, 'sealed'>

/** What waits. `stored` as `storedOf` gives it: nobody need have unlocked. */
async function unsentWork(stored: PersonDatabase): Promise<UnsentWork> {
  const { outbox, photo, fact: facts } = stored
  return stored.transaction('r', [outbox, photo, facts], async () => {
    const entries: StoredEntry[] = await outbox.where('state').anyOf(UNSENT).sortBy('seq')
    const { lastContact, skew } = await progress(stored)
    const closed = entries.flatMap(({ seq, sealed, lost }) => (sealed && !lost ? [{ seq, sealed }] : []))
    return {
      records: entries.length,
      sealed: closed.map(({ sealed }) => sealed),
      places: closed.map(({ seq }) => seq),
      mutations: entries.flatMap(({ mutation, lost }) => mutation ?? lost ?? []),
      photos: await countPhotosUnsent(stored),
      through: await lastSeq(stored),
      clockOffset: lastContact === null ? null : -Math.round(skew),
    }
  })
}

/** The same, to be given away: from then on its author does not put it otherwise (P3). */
export async function workToGive(stored: PersonDatabase): Promise<UnsentWork> {
  const given = stored.transaction('rw', [stored.outbox, stored.photo, stored.fact], async () => {
    await stored.outbox.where('state').anyOf(UNSENT).filter(({ fresh }) => fresh ?? false).modify({ fresh: false })
    return unsentWork(stored)
  })
  // A full disk takes no note, and no other words either
  return given.catch(() => unsentWork(stored))
}

/** The server has all of this, though its verdicts are yet to come. */
export async function noteHanded(stored: PersonDatabase, { through }: UnsentWork): Promise<void> {
  const had = stored.outbox.where('state').anyOf(UNSENT).filter(({ seq }) => seq <= through)
  await had.modify({ state: 'handed', fresh: false })
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
  const device_id = await fact(db, 'device_id')
  await noteFarewell({ person_id: db.personId, name, device_id, records: work.records, photos: work.photos })
  const wiped = await db.transaction('rw', db.tables, async () => {
    if ((await lastSeq(db)) !== work.through) return false
    await clearAll(db)
    return true
  })
  if (wiped) await forgetPerson(db.personId)
  return wiped
}

/** Everything of this person goes, whatever it is: nothing can open it any more. */
export async function abandon(stored: PersonDatabase): Promise<void> {
  await stored.transaction('rw', stored.tables, async () => clearAll(stored))
  await forgetPerson(stored.personId)
}

const clearAll = async (db: PersonDatabase): Promise<unknown> => Promise.all(db.tables.map((table) => table.clear()))

async function forgetPerson(personId: string): Promise<void> {
  dropKey(personId)
  await phone.transaction('rw', [phone.account, phone.lock], async () => {
    await phone.account.delete(personId)
    await phone.lock.delete(personId)
  })
}

/** A phone that died half way comes back as no device, with nothing to hand over: what was said before stands. */
async function noteFarewell(farewell: Farewell): Promise<void> {
  await phone.transaction('rw', phone.farewell, async () => {
    const before = await phone.farewell.get(farewell.person_id)
    if (!before || farewell.device_id) await phone.farewell.put(farewell)
  })
}
