/** The outbox as encrypted files, for a server that can't be reached, or that has shut this phone out (P8). */
import { PROTOCOL, type Mutation, type RescueReport } from '../api/wire'
import type { PersonDatabase } from '../data/db'
import { fact } from '../data/facts'
import { here } from '../data/here'
import { accountOf, unsentWork, type UnsentWork } from '../data/leaving'
import type { KnownAccount } from '../data/phone'
import { photoBytes, photosToSend } from '../data/photo_queue'
import { rewind } from '../data/rewind'
import { seal } from './seal'
import { request } from './transport'

const MIB = 1024 * 1024

/** Photos of one file that somebody carries, and of one that a weak signal has to carry within a minute. */
const CARRIED = 24 * MIB
const UPLOADED = 2 * MIB

/**
 * What has not reached the server, as files to be sent by any means. There is one, unless photos weigh more
 * than the server takes at once; each has all the words, so any of them may be lost.
 *
 * @throws NobodyHere
 */
export async function exportOutbox(): Promise<File[]> {
  const { db, me } = await here()
  const day = new Date().toISOString().slice(0, 16).replace(/\D/g, '')
  const files: File[] = []
  for await (const part of sealed(db, me, await unsentWork(db), CARRIED)) {
    files.push(new File([part], `qiaomen-${day}-${files.length + 1}.qiaomen`, { type: 'application/octet-stream' }))
  }
  return files
}

/** Hand a file over, one's own or somebody else's. @throws ApiProblem, NoContact */
export async function handIn(file: Blob): Promise<RescueReport> {
  const headers = { 'Content-Type': 'application/octet-stream' }
  const response = await request('/rescues', { method: 'POST', headers, body: file })
  return await response.json() as RescueReport
}

/**
 * Hand over everything unsent, and return what that was once the server has all of it. If the server lacks
 * earlier records, as after a backup, what the phone still has of them goes with it (P4).
 *
 * @throws ApiProblem, NoContact
 */
export async function handOver(db: PersonDatabase): Promise<UnsentWork> {
  const work = await unsentWork(db)
  const gap = await upload(db, work)
  if (gap === null) return work
  await rewind(db, gap)
  const whole = await unsentWork(db)
  await upload(db, whole)
  return whole
}

/** Upload in parts; where the server's copy of the queue ends, if what comes after can't be taken yet. */
async function upload(db: PersonDatabase, work: UnsentWork): Promise<number | null> {
  for await (const part of sealed(db, await accountOf(db.personId), work, UPLOADED)) {
    const { waiting, received_through } = await handIn(part)
    if (waiting > 0) return received_through
  }
  return null
}

interface Packed {
  sha256: string
  size: number
  bytes: ArrayBuffer
}

/** The work in sealed parts of at most so many bytes of photos; none when there is nothing. */
async function* sealed(db: PersonDatabase, me: KnownAccount, work: UnsentWork, most: number): AsyncGenerator<Blob> {
  let photos: Packed[] = []
  for (const sha256 of await photosToSend(db)) {
    const photo = await photoBytes(db, sha256)
    if (!photo) continue
    const packed = { sha256, size: photo.bytes.byteLength, bytes: photo.bytes }
    if (photos.length && weight([...photos, packed]) > most) {
      yield await sealedPart(db, me, work, photos)
      photos = []
    }
    photos.push(packed)
  }
  if (photos.length || work.mutations.length) yield await sealedPart(db, me, work, photos)
}

const weight = (photos: Packed[]): number => photos.reduce((sum, { size }) => sum + size, 0)

async function sealedPart(db: PersonDatabase, me: KnownAccount, { mutations, clockOffset }: UnsentWork, photos: Packed[]): Promise<Blob> {
  const content: Content = {
    protocol: PROTOCOL,
    device_id: await fact(db, 'device_id') ?? '',
    person_id: me.person_id,
    device_token: me.device_token ?? '',
    sent_at: new Date().toISOString(),
    clock_offset_ms: clockOffset,
    mutations,
    photos: photos.map(({ sha256, size }) => ({ sha256, size })),
  }
  const text = new TextEncoder().encode(JSON.stringify(content))
  const length = new DataView(new ArrayBuffer(4))
  length.setUint32(0, text.length)
  return seal(new Blob([length, text, ...photos.map(({ bytes }) => bytes)]), me.rescue_public_key)
}

interface Content {
  protocol: number
  device_id: string
  person_id: string
  device_token: string
  sent_at: string
  clock_offset_ms: number | null
  mutations: Mutation[]
  photos: { sha256: string; size: number }[]
}
