/**
 * The outbox handed over encrypted: to a server that can't be reached, by any hand; to one that has shut this phone out
 * (P8); and by a phone that is locked. It goes as it lies on the phone, for the server has the key to it.
 */
import type { RescueReport } from '../api/wire'
import type { PersonDatabase } from '../data/db'
import { unlessFull } from '../data/full'
import { storedOf } from '../data/here'
import { NobodyHere } from '../data/keys'
import { noteHanded, workToGive, type UnsentWork } from '../data/leaving'
import { currentAccount } from '../data/phone'
import { notePhotoSent } from '../data/photo_queue'
import { rewind } from '../data/rewind'
import { ours } from './problem'
import { rescueFiles } from './rescue_file'
import { contentOf, request } from './transport'

const MIB = 1024 * 1024

/** Photos of one file that somebody carries, and of one that a weak signal has to carry within a minute. */
const CARRIED = 24 * MIB
const UPLOADED = 2 * MIB

/**
 * What has not reached the server, as files to be sent by any means. There is one, unless photos weigh more
 * than the server takes at once. Of who is signed in, unless `personId` names another.
 *
 * @throws NobodyHere
 */
export async function exportOutbox(personId?: string): Promise<File[]> {
  const whose = personId ?? (await currentAccount())?.person_id
  if (!whose) throw new NobodyHere()
  const db = storedOf(whose)
  const day = new Date().toISOString().slice(0, 16).replace(/\D/g, '')
  const files: File[] = []
  for await (const { file } of rescueFiles(db, await workToGive(db), CARRIED)) {
    files.push(new File([file], `qiaomen-${day}-${files.length + 1}.qiaomen`, { type: 'application/octet-stream' }))
  }
  return files
}

/** Hand a file over, one's own or somebody else's. @throws ApiProblem, NoContact */
export async function handIn(file: Blob): Promise<RescueReport> {
  const headers = { 'Content-Type': 'application/octet-stream' }
  return ours<RescueReport>(contentOf(await request('/rescues', { method: 'POST', headers, body: file })), 'taken')
}

/**
 * Hand over everything unsent of a database as `storedOf` gives it, and return what that was once the server has all of
 * it. If the server lacks earlier records, as after a backup, what the phone still has of them goes with it (P4).
 *
 * @throws ApiProblem, NoContact
 */
export async function handOver(db: PersonDatabase): Promise<UnsentWork> {
  const work = await workToGive(db)
  const gap = await upload(db, work)
  if (gap === null) return work
  await rewind(db, gap)
  const whole = await workToGive(db)
  await upload(db, whole)
  return { ...whole, photos: work.photos }
}

/**
 * Hand in what waits, likewise. Its verdicts, and what the server may lack before it, are for the next exchange.
 *
 * @throws ApiProblem, NoContact
 */
export async function handInWaiting(db: PersonDatabase): Promise<void> {
  const work = await workToGive(db)
  await upload(db, work)
  await noteHanded(db, work)
}

/** What has been handed in from a disk too full to note it, by the last place of the queue: a full disk takes no other. */
const handed = new Map<string, number>()

/** Hand in what waits, unless this page has. @throws ApiProblem, NoContact */
export async function handInOnce(db: PersonDatabase): Promise<void> {
  const work = await workToGive(db)
  if (work.records + work.photos === 0 || handed.get(db.personId) === work.through) return
  await upload(db, work)
  handed.set(db.personId, work.through)
}

/** Where the server's copy of the queue ends, if what comes after can't be taken yet. Photos that arrived are done. */
async function upload(db: PersonDatabase, work: UnsentWork): Promise<number | null> {
  let gap: number | null = null
  for await (const { file, photos } of rescueFiles(db, work, UPLOADED)) {
    const { waiting, received_through, photos_refused } = await handIn(file)
    if (photos_refused === 0) for (const sha256 of photos) await notePhotoSent(db, sha256).catch(unlessFull)
    if (waiting > 0) gap = received_through
  }
  return gap
}
