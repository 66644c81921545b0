/** Sending again what the server has not seen: after a gap (P4), or when it came back from a backup (L5). */
import type { OutboxEntry, PersonDatabase } from './db'
import { lastSeq } from './facts'
import { waitingLoss, type Hole } from './lost'
import { resendPhotos } from './photo_queue'

/**
 * Let everything after `receivedThrough` wait again, whatever became of it, and the photos sent since. What this
 * phone no longer has is declared lost, so that the queue can go on and somebody is told (P4).
 */
export async function rewind(db: PersonDatabase, receivedThrough: number): Promise<void> {
  await db.transaction('rw', [db.outbox, db.fact, db.photo], async () => {
    const unseen = await db.outbox.where('seq').above(receivedThrough).sortBy('seq')
    await db.outbox.bulkPut(unseen.map((entry): OutboxEntry => ({ ...entry, state: 'waiting', verdict: null })))
    const taken = [receivedThrough, ...unseen.map(({ seq }) => seq), (await lastSeq(db)) + 1]
    await db.outbox.bulkAdd(holes(taken).map(waitingLoss))
    await resendPhotos(db, receivedThrough)
  })
}

/** The stretches between these places, in order, where there is nothing. */
const holes = (taken: number[]): Hole[] =>
  taken.slice(1).map((seq, at) => ({ from: (taken[at] ?? 0) + 1, last: seq - 1 })).filter(({ from, last }) => from <= last)
