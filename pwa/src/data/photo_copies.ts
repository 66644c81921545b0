/** What this phone keeps of photos that it took from the server: as much as it shows again without signal, and no more. */
import type { PersonDatabase } from './db'
import { isReadable } from './sealing'

/** A hundred and fifty photos and more: a worker's month. */
const MOST_BYTES = 30 * 1024 * 1024

/** Keep a JPEG as the copy of this photo; the copies shown longest ago make room. */
export async function keepCopy(db: PersonDatabase, sha256: string, bytes: ArrayBuffer, now: number): Promise<void> {
  await db.transaction('rw', db.photo_copy, async () => {
    await db.photo_copy.put({ sha256, bytes, size: bytes.byteLength, shown_at: new Date(now).toISOString() })
    await db.photo_copy.bulkDelete(await overflow(db))
  })
}

/** The copies for which there is no room, told by the index alone: reading them would decrypt each. */
async function overflow(db: PersonDatabase): Promise<string[]> {
  const gone: string[] = []
  let room = MOST_BYTES
  await db.photo_copy.orderBy('[shown_at+size]').reverse().eachKey((key, { primaryKey }) => {
    const [, size] = key as unknown as [shownAt: string, size: number]
    room -= size
    if (room < 0) gone.push(primaryKey)
  })
  return gone
}

export async function copyOf(db: PersonDatabase, sha256: string): Promise<Blob | null> {
  const copy = await db.photo_copy.get(sha256)
  return copy && isReadable(copy) ? new Blob([copy.bytes], { type: 'image/jpeg' }) : null
}

/** Forget those shown last before `cutoff`, an ISO moment. */
export async function forgetCopies(db: PersonDatabase, cutoff: string): Promise<void> {
  await db.photo_copy.where('[shown_at+size]').below([cutoff]).delete()
}
