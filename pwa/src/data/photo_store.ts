/** Photos on this phone. They travel apart from the text and never hold it up (PROTOCOL.md). */
import type { PersonDatabase } from './db'

/** A record that is being saved names these photos: from now on they are to be sent. */
export async function claimPhotos(db: PersonDatabase, sha256s: readonly string[]): Promise<void> {
  if (sha256s.length === 0) return
  await db.photo.where('sha256').anyOf(sha256s).filter(({ state }) => state === 'kept').modify({ state: 'waiting' })
}

export async function countPhotosUnsent(db: PersonDatabase): Promise<number> {
  return db.photo.where('state').equals('waiting').count()
}
