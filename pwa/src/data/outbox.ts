/** The outbox: intentions saved on this phone until the server has judged them. */
import { v7 as newId } from 'uuid'
import type { Arguments, Mutation, MutationName } from '../api/wire'
import { createdBy, mainOf } from '../rules/effects'
import { refOf, type OutboxEntry, type OutboxState, type PersonDatabase } from './db'
import { lastSeq, nextSeq } from './facts'
import { here } from './here'
import { claimPhotos } from './photo_store'

/** An intention before it has its place in the queue. */
export interface Intention<N extends MutationName = MutationName> {
  name: N
  /** The version of the record the worker was looking at; null where there was none. */
  base: number | null
  args: Arguments[N]
  /** Of an edit: the fields it changes as the worker saw them. */
  seen?: Record<string, unknown>
}

/** Entries the server has given no verdict for. */
export const UNSENT: OutboxState[] = ['waiting', 'sending']

/**
 * Save an intention on this phone. Resolves once it would survive a closed tab or a dead battery: the
 * transaction is on the disk.
 * The form's draft, if named, goes in the same transaction.
 *
 * @throws NobodyHere when nobody is signed in
 * @throws Dexie.QuotaExceededError when the disk is full; nothing is saved then
 */
export async function enqueue<N extends MutationName>({ seen, ...intention }: Intention<N>, draftKey?: string): Promise<Mutation> {
  const { db } = await here()
  const at = new Date().toISOString()
  return db.transaction('rw', [db.outbox, db.fact, db.photo, db.draft], async () => {
    const mutation = { id: newId(), seq: await nextSeq(db), at, ...intention } as Mutation
    await db.outbox.add({ seq: mutation.seq, state: 'waiting', mutation, refs: refsOf(mutation), verdict: null, ...(seen && { seen }) })
    await claimPhotos(db, photosOf(mutation))
    if (draftKey) await db.draft.delete(draftKey)
    return mutation
  })
}

/** The records a mutation is about and makes, its main record first. */
function refsOf(mutation: Mutation): string[] {
  const named = [mainOf(mutation), createdBy(mutation)].filter((one) => one !== null)
  return [...new Set(named.map(({ type, id }) => refOf(type, id)))]
}

interface WithPhotos {
  photos?: string[]
  changes?: { photos?: string[] }
}

function photosOf({ args }: Mutation): string[] {
  const { photos, changes } = args as WithPhotos
  return photos ?? changes?.photos ?? []
}

/** How many intentions the server has not judged: counted, never assumed. */
export async function countUnsent(db: PersonDatabase): Promise<number> {
  return db.outbox.where('state').anyOf(UNSENT).count()
}

/** Put a refused change away, once its author has read why. The server keeps its words (P6). */
export async function dismissRefusal(seq: number): Promise<void> {
  const { db } = await here()
  await db.transaction('rw', [db.outbox, db.receipt], async () => {
    const entry = await db.outbox.get(seq)
    if (entry?.state !== 'refused') return
    await db.outbox.put({ ...entry, state: 'settled' })
    const receipts = await db.receipt.bulkGet(entry.refs)
    await db.receipt.bulkDelete(receipts.flatMap((receipt) => (receipt?.seq === seq ? [receipt.ref] : [])))
  })
}

/** How many settled intentions a phone keeps, to send again to a server that came back from a backup (L5). */
const KEPT = 3000

/** Forget intentions settled long ago. */
export async function forgetSettled(db: PersonDatabase): Promise<void> {
  const old = db.outbox.where('seq').belowOrEqual((await lastSeq(db)) - KEPT)
  await old.filter(({ state }) => state === 'settled').delete()
}

/** Take the oldest unjudged intentions, in order of `seq` (P4), and mark them as on their way. */
export async function takeBatch(db: PersonDatabase, size: number): Promise<Mutation[]> {
  return db.transaction('rw', db.outbox, async () => {
    const unsent = await db.outbox.where('state').anyOf(UNSENT).sortBy('seq')
    const batch = unsent.slice(0, size)
    await db.outbox.bulkPut(batch.map((entry): OutboxEntry => ({ ...entry, state: 'sending' })))
    return batch.map((entry) => entry.mutation)
  })
}

/** Nothing is on its way any more: what was, waits again. */
export async function release(db: PersonDatabase): Promise<void> {
  await db.outbox.where('state').equals('sending').modify({ state: 'waiting' })
}
