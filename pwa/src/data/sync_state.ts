/** How sending goes, in the words of the screen. */
import type { PersonDatabase } from './db'
import { progress } from './facts'
import { here } from './here'
import { countUnsent } from './outbox'
import { countPhotosUnsent } from './photo_store'
import type { SyncState } from './types'

const MINUTE = 60_000

/** A skew up to this is nobody's business (P9). */
const TOLERATED = 2 * MINUTE

export async function syncState(): Promise<SyncState> {
  const { db } = await here()
  return stateOf(db)
}

export async function stateOf(db: PersonDatabase): Promise<SyncState> {
  const [unsent, photosUnsent, refused, photosRefused, now] = await Promise.all([
    countUnsent(db),
    countPhotosUnsent(db),
    db.outbox.where('state').equals('refused').count(),
    db.photo.where('state').equals('refused').count(),
    progress(db),
  ])
  return {
    unsent,
    photosUnsent,
    refused,
    photosRefused,
    whole: now.whole,
    lastContact: now.lastContact,
    online: navigator.onLine && !now.unreachable,
    running: now.running,
    problem: now.problem,
    skewMinutes: Math.abs(now.skew) > TOLERATED ? Math.round(now.skew / MINUTE) : 0,
  }
}
