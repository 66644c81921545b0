/** Photos travel apart, after the text; one that fails holds up neither the text nor the others. */
import type { PersonDatabase } from '../data/db'
import { noteProgress, progress } from '../data/facts'
import { unlessFull } from '../data/full'
import { countUnsent } from '../data/outbox'
import { notePhotoBroken, notePhotoRefused, notePhotoSent, photoBytes, photosToSend } from '../data/photo_queue'
import { isReadable } from '../data/sealing'
import { mustWait, patience } from './pace'
import { ApiProblem, NoContact } from './problem'
import { nothingIn, request } from './transport'

/** Statuses by which our server says that this image will never do. A proxy or hotspot on the way knows nothing of it. */
const HOPELESS = [400, 409, 413, 415, 422]
const SHUT_OUT = [401, 403]
const BUSY = [429, 503]

/** A proxy has nobody behind it that answers, which is so for all of them. */
const isBusy = ({ ours, status }: ApiProblem): boolean => BUSY.includes(status) || (!ours && status >= 500)

/** So many breaking off one after the other say that it is not the photo. */
const MOST_BROKEN = 2

/** `next`: go on. `broken`: no answer came. `rest`: the server wants to be left alone. */
type Outcome = 'next' | 'broken' | 'rest'

/**
 * Send the photos that wait, one by one, until text wants to go first. One that breaks off lets the others pass.
 *
 * @throws ApiProblem when the session is over
 */
export async function sendPhotos(db: PersonDatabase): Promise<void> {
  const { photosNotBefore } = await progress(db)
  if (mustWait({ notBefore: photosNotBefore }, Date.now())) return
  let broken = 0
  for (const sha256 of await photosToSend(db)) {
    if ((await countUnsent(db)) > 0) return
    const outcome = await sendPhoto(db, sha256)
    broken = outcome === 'broken' ? broken + 1 : 0
    if (outcome === 'rest' || broken === MOST_BROKEN) return
  }
}

async function sendPhoto(db: PersonDatabase, sha256: string): Promise<Outcome> {
  try {
    const photo = await photoBytes(db, sha256)
    if (!photo) return 'next'
    if (!isReadable(photo)) {
      await notePhotoRefused(db, sha256, 'unreadable')
      return 'next'
    }
    nothingIn(await request(`/blobs/${sha256}`, { method: 'PUT', headers: { 'Content-Type': photo.type }, body: photo.bytes }))
    await notePhotoSent(db, sha256)
    await noteProgress(db, { photosNotBefore: null, photosBusyTimes: 0 })
    return 'next'
  } catch (fault) {
    return afterFault(db, sha256, fault)
  }
}

async function afterFault(db: PersonDatabase, sha256: string, fault: unknown): Promise<Outcome> {
  if (fault instanceof NoContact) return broken(db, sha256)
  return afterRefusal(db, sha256, fault)
}

async function broken(db: PersonDatabase, sha256: string): Promise<Outcome> {
  await notePhotoBroken(db, sha256).catch(unlessFull)
  return 'broken'
}

async function afterRefusal(db: PersonDatabase, sha256: string, fault: unknown): Promise<Outcome> {
  if (!(fault instanceof ApiProblem) || (fault.ours && SHUT_OUT.includes(fault.status))) throw fault
  if (fault.ours && HOPELESS.includes(fault.status)) await notePhotoRefused(db, sha256, fault.code)
  // it may be this one that brings down what is behind a proxy
  const outcome = fault.ours ? 'next' : await broken(db, sha256)
  if (!isBusy(fault)) return outcome
  const { until, times } = patience(fault, (await progress(db)).photosBusyTimes, Date.now())
  await noteProgress(db, { photosNotBefore: until, photosBusyTimes: times })
  return 'rest'
}
