/** How sending goes, in the words of the screen. */
import { openConflicts } from './conflicts'
import { fact, progress, setFact, type Progress } from './facts'
import { here } from './here'
import { countUnsent } from './outbox'
import { overlay, whereIs } from './overlay'
import { countPhotosUnsent } from './photo_store'
import type { SyncState } from './types'

const MINUTE = 60_000

/** A skew up to this is nobody's business (P9). */
const TOLERATED = 2 * MINUTE

export async function syncState(): Promise<SyncState> {
  const at = await here()
  const { db } = at
  const over = await overlay(at)
  const own = db.transaction('r', [db.outbox, db.photo, db.fact], async () => Promise.all([
    countUnsent(db),
    countPhotosUnsent(db),
    db.outbox.where('state').equals('refused').filter((entry) => whereIs(entry) === 'refused').count(),
    db.photo.where('state').equals('refused').count(),
    progress(db),
    fact(db, 'replaces'),
  ]))
  const [[unsent, photosUnsent, refused, photosRefused, now, replaced], open] = await Promise.all([own, openConflicts(at, over)])
  return {
    unsent,
    photosUnsent,
    refused,
    photosRefused,
    conflicts: open.length,
    whole: now.whole,
    lastContact: now.lastContact,
    online: navigator.onLine && !now.unreachable,
    running: now.running,
    problem: now.problem,
    skewMinutes: Math.round(skewOf(now) / MINUTE),
    storageRisk: now.storage?.risk ?? null,
    wiped: replaced !== null && !replaced.seen,
  }
}

const skewOf = ({ skew }: Progress): number => (Math.abs(skew) > TOLERATED ? skew : 0)

/** How far this phone's clock is ahead of the server's, in milliseconds; 0 where that is nobody's business. */
export async function clockSkew(): Promise<number> {
  const { db } = await here()
  return skewOf(await progress(db))
}

/** The worker has read that what was on this phone was cleared. */
export async function dismissWiped(): Promise<void> {
  const { db } = await here()
  const replaced = await fact(db, 'replaces')
  if (replaced) await setFact(db, 'replaces', { ...replaced, seen: true })
}
