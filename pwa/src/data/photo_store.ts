/** Photos on this phone. They travel apart from the text and never hold it up (PROTOCOL.md). */
import type { Photo, PersonDatabase } from './db'

const DAY = 86_400_000
const KEPT_DAYS = 30

/** A record that is being saved names these photos: from now on they are to be sent. */
export async function claimPhotos(db: PersonDatabase, sha256s: readonly string[]): Promise<void> {
  await db.photo.where('sha256').anyOf(sha256s).filter(({ state }) => state === 'kept').modify({ state: 'waiting' })
}

export async function countPhotosUnsent(db: PersonDatabase): Promise<number> {
  return db.photo.where('state').equals('waiting').count()
}

/** The hashes of the photos to send. */
export async function photosToSend(db: PersonDatabase): Promise<string[]> {
  return db.photo.where('state').equals('waiting').primaryKeys()
}

export async function photoBytes(db: PersonDatabase, sha256: string): Promise<Photo | undefined> {
  return db.photo.get(sha256)
}

export async function notePhotoSent(db: PersonDatabase, sha256: string): Promise<void> {
  await db.photo.update(sha256, { state: 'sent', problem: null })
}

/** The server won't have this photo; it stays on the phone with the reason. */
export async function notePhotoRefused(db: PersonDatabase, sha256: string, problem: string): Promise<void> {
  await db.photo.update(sha256, { state: 'refused', problem })
}

/** Forget old photos that the server has, and those no saved record ever named. */
export async function forgetPhotos(db: PersonDatabase, now: number): Promise<void> {
  const cutoff = new Date(now - KEPT_DAYS * DAY).toISOString()
  await db.photo.where('state').anyOf('sent', 'kept').filter(({ added_at }) => added_at < cutoff).delete()
}
