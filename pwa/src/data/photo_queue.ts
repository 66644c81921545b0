/** Sending the photos that wait, one by one: loaded with the exchange only. */
import type { Photo, PersonDatabase } from './db'
import { fact, lastSeq, setFact } from './facts'
import { storedOf } from './here'
import { forgetCopies } from './photo_copies'
import type { StoredRow } from './sealing'

const DAY = 86_400_000
const KEPT_DAYS = 30

/** The hashes of the photos to send; first those that broke off least. */
export async function photosToSend(db: PersonDatabase): Promise<string[]> {
  const [waiting, times] = await Promise.all([db.photo.where('state').equals('waiting').primaryKeys(), fact(db, 'broken_off')])
  return waiting.sort((one, other) => (times?.[one] ?? 0) - (times?.[other] ?? 0))
}

/** A photo did not get through: next time the others go before it. */
export async function notePhotoBroken(db: PersonDatabase, sha256: string): Promise<void> {
  await db.transaction('rw', [db.photo, db.fact], async () => {
    const times = (await fact(db, 'broken_off')) ?? {}
    const known = (await photosToSend(db)).flatMap((one) => (times[one] ? [[one, times[one]] as const] : []))
    await setFact(db, 'broken_off', { ...Object.fromEntries(known), [sha256]: (times[sha256] ?? 0) + 1 })
  })
}

/** A photo; from `storedOf` its bytes as they lie, which `sealed` tells. */
export async function photoBytes(db: PersonDatabase, sha256: string): Promise<(Photo & Pick<StoredRow, 'sealed'>) | undefined> {
  return db.photo.get(sha256)
}

export async function notePhotoSent(db: PersonDatabase, sha256: string): Promise<void> {
  await db.photo.update(sha256, { state: 'sent', problem: null, sent_after: await lastSeq(db) })
}

/**
 * A server that came back from a backup, and has the queue up to `through`, may lack the photos sent since: they wait
 * again (L5). One by one, for each is large.
 */
export async function resendPhotos(db: PersonDatabase, through: number): Promise<void> {
  const since = db.photo.where('state').equals('sent').filter(({ sent_after = Infinity }) => sent_after >= through)
  for (const sha256 of await since.primaryKeys()) await db.photo.update(sha256, { state: 'waiting' })
}

/** The server won't have this photo, or this phone can't read it; it stays on the phone with the reason. */
export async function notePhotoRefused(db: PersonDatabase, sha256: string, problem: string): Promise<void> {
  // as it lies: of what can't be read, only the state is written
  await storedOf(db.personId).photo.update(sha256, { state: 'refused', problem })
}

/** Forget old photos that the server has, also copies of them, and those that neither a record nor a draft names. */
export async function forgetPhotos(db: PersonDatabase, now: number): Promise<void> {
  const cutoff = new Date(now - KEPT_DAYS * DAY).toISOString()
  const drafts = JSON.stringify(await db.draft.toArray())
  const old = db.photo.where('state').anyOf('sent', 'kept').filter(({ added_at }) => added_at < cutoff)
  await old.filter(({ sha256 }) => !drafts.includes(sha256)).delete()
  await forgetCopies(db, cutoff)
}

/** When the oldest photo that waits was taken in. One at a time, for each is large. */
export async function oldestPhotoUnsent(db: PersonDatabase): Promise<string | null> {
  let oldest: string | null = null
  await db.photo.where('state').equals('waiting').each(({ added_at }) => { if (oldest === null || added_at < oldest) oldest = added_at })
  return oldest
}
