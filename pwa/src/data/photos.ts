/** Taking a photo into a record, and showing it. */
import { unlessFull } from './full'
import { here } from './here'
import { whenLocked } from './keys'
import { copyOf, keepCopy } from './photo_copies'
import { isReadable } from './sealing'
import { shrink } from './shrink'

/**
 * Keep a photo on this phone, shrunk. It is sent once a saved record names it.
 *
 * @returns its SHA-256 in hex, by which records name it
 * @throws DOMException for what is no image; Dexie.QuotaExceededError when the disk is full
 */
export async function addPhoto(file: Blob): Promise<string> {
  return keepPhoto(await shrink(file))
}

/** Keep an image as it is. */
export async function keepPhoto(image: Blob): Promise<string> {
  const { db } = await here()
  const bytes = await image.arrayBuffer()
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes))
  const photo = { sha256, bytes, type: image.type, state: 'kept' as const, problem: null, added_at: new Date().toISOString() }
  await db.transaction('rw', db.photo, async () => {
    if (!(await db.photo.get(sha256))) await db.photo.add(photo)
  })
  return sha256
}

const hex = (hash: ArrayBuffer): string => [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

const MOST_URLS = 60
const urls = new Map<string, string>()

whenLocked(() => {
  for (const url of urls.values()) URL.revokeObjectURL(url)
  urls.clear()
})

/** Where to show a photo from: this phone, else the server; null when neither is at hand now. */
export async function photoUrl(sha256: string): Promise<string | null> {
  const known = urls.get(sha256)
  if (known) return known
  const image = await keptImage(sha256)
  if (!image) return navigator.onLine ? `/api/v1/blobs/${sha256}` : null
  return remember(sha256, URL.createObjectURL(image))
}

async function keptImage(sha256: string): Promise<Blob | null> {
  const { db } = await here()
  const photo = await db.photo.get(sha256)
  return photo && isReadable(photo) ? new Blob([photo.bytes], { type: photo.type }) : copyOf(db, sha256)
}

/** Keep a photo that a page shows now, so that it shows without signal too; the browser itself keeps none (`no-store`). */
export async function keepShown(sha256: string, image: HTMLImageElement): Promise<void> {
  if (image.src.startsWith('blob:')) return
  const { db } = await here()
  const bytes = await (await shrink(image)).arrayBuffer()
  await keepCopy(db, sha256, bytes, Date.now()).catch(unlessFull)
}

/** An object URL holds its photo in memory, so only the latest are kept. */
function remember(sha256: string, url: string): string {
  urls.set(sha256, url)
  const [oldest] = urls
  if (urls.size > MOST_URLS && oldest) {
    URL.revokeObjectURL(oldest[1])
    urls.delete(oldest[0])
  }
  return url
}
