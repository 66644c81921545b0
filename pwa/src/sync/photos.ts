/** Photos travel apart, after the text; one that fails holds up neither the text nor the others. */
import type { PersonDatabase } from '../data/db'
import { noteProgress, progress } from '../data/facts'
import { countUnsent } from '../data/outbox'
import { notePhotoRefused, notePhotoSent, photoBytes, photosToSend } from '../data/photo_queue'
import { mustWait, patience } from './pace'
import { ApiProblem, NoContact } from './problem'
import { request } from './transport'

/** Statuses by which our server says that this image will never do. A proxy or hotspot on the way knows nothing of it. */
const HOPELESS = [400, 409, 413, 415, 422]
const SHUT_OUT = [401, 403]
const BUSY = [429, 503]

/**
 * Send the photos that wait, one by one, until text wants to go first.
 *
 * @throws ApiProblem when the session is over
 */
export async function sendPhotos(db: PersonDatabase): Promise<void> {
  const { photosNotBefore } = await progress(db)
  if (mustWait({ notBefore: photosNotBefore }, Date.now())) return
  for (const sha256 of await photosToSend(db)) {
    if ((await countUnsent(db)) > 0) return
    if (!(await sendPhoto(db, sha256))) return
  }
}

/** Whether to go on with the next. */
async function sendPhoto(db: PersonDatabase, sha256: string): Promise<boolean> {
  const photo = await photoBytes(db, sha256)
  if (!photo) return true
  try {
    await request(`/blobs/${sha256}`, { method: 'PUT', headers: { 'Content-Type': photo.type }, body: photo.bytes })
    await notePhotoSent(db, sha256)
    await noteProgress(db, { photosNotBefore: null, photosBusyTimes: 0 })
    return true
  } catch (fault) {
    return afterRefusal(db, sha256, fault)
  }
}

async function afterRefusal(db: PersonDatabase, sha256: string, fault: unknown): Promise<boolean> {
  if (fault instanceof NoContact) return false
  if (!(fault instanceof ApiProblem) || SHUT_OUT.includes(fault.status)) throw fault
  if (fault.ours && HOPELESS.includes(fault.status)) await notePhotoRefused(db, sha256, fault.code)
  if (!BUSY.includes(fault.status)) return true
  const { until, times } = patience(fault, (await progress(db)).photosBusyTimes, Date.now())
  await noteProgress(db, { photosNotBefore: until, photosBusyTimes: times })
  return false
}
