/** What of the outbox only this phone has, in files that nobody but the server can open (PROTOCOL.md, Rescue). */
import { PROTOCOL, type Mutation } from '../api/wire'
import type { PersonDatabase } from '../data/db'
import { escrowOf } from '../data/escrow'
import { fact } from '../data/facts'
import { accountOf, type UnsentWork } from '../data/leaving'
import { photoBytes, photosToSend } from '../data/photo_queue'
import { base64Of, OUTBOX_FILE, seal } from '../data/seal'

interface RescueFile {
  file: Blob
  /** The hashes of the photos in it. */
  photos: string[]
}

interface Packed {
  sha256: string
  size: number
  /** Whether the bytes are encrypted by the data key. */
  sealed: boolean
  bytes: ArrayBuffer
}

/** Files of at most so many bytes of photos, each with all the words, so that any may be lost; none when there is nothing. */
export async function* rescueFiles(db: PersonDatabase, work: UnsentWork, most: number): AsyncGenerator<RescueFile> {
  let photos: Packed[] = []
  for (const sha256 of await photosToSend(db)) {
    const packed = await pack(db, sha256)
    if (photos.length && weight([...photos, ...packed]) > most) {
      yield await fileOf(db, work, photos)
      photos = []
    }
    photos.push(...packed)
  }
  if (photos.length || work.records) yield await fileOf(db, work, photos)
}

async function pack(db: PersonDatabase, sha256: string): Promise<Packed[]> {
  const photo = await photoBytes(db, sha256)
  const bytes = photo?.sealed ?? photo?.bytes
  return bytes ? [{ sha256, size: bytes.byteLength, sealed: photo?.sealed !== undefined, bytes }] : []
}

const weight = (photos: Packed[]): number => photos.reduce((sum, { size }) => sum + size, 0)

interface Content {
  protocol: number
  device_id: string
  person_id: string
  device_token: string
  sent_at: string
  clock_offset_ms: number | null
  /** The phone's data key, encrypted to the server. */
  data_key: string | null
  sealed: string[]
  /** Where each of `sealed` stands in the queue: one that the server can't read either holds up none of the others. */
  places: number[]
  mutations: Mutation[]
  photos: Omit<Packed, 'bytes'>[]
}

async function fileOf(db: PersonDatabase, work: UnsentWork, photos: Packed[]): Promise<RescueFile> {
  const me = await accountOf(db.personId)
  const content: Content = {
    protocol: PROTOCOL,
    device_id: await fact(db, 'device_id') ?? '',
    person_id: me.person_id,
    device_token: me.device_token ?? '',
    sent_at: new Date().toISOString(),
    clock_offset_ms: work.clockOffset,
    data_key: await escrowOf(me.person_id),
    sealed: work.sealed.map(base64Of),
    places: work.places,
    mutations: work.mutations,
    photos: photos.map(({ sha256, size, sealed }) => ({ sha256, size, sealed })),
  }
  const text = new TextEncoder().encode(JSON.stringify(content))
  const length = new DataView(new ArrayBuffer(4))
  length.setUint32(0, text.length)
  const plain = await new Blob([length, text, ...photos.map(({ bytes }) => bytes)]).arrayBuffer()
  return { file: new Blob([await seal(OUTBOX_FILE, plain, me.rescue_public_key)]), photos: photos.map(({ sha256 }) => sha256) }
}
