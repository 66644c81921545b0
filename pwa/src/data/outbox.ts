/** The outbox: intentions saved on this phone until the server has judged them. */
import { v7 as newId } from 'uuid'
import type { Arguments, Mutation, MutationName } from '../api/wire'
import { createdBy, isLook, mainOf } from '../rules/effects'
import { refOf, type OutboxEntry, type OutboxState, type PersonDatabase } from './db'
import { lastSeq, progress, setFact } from './facts'
import { here } from './here'
import { waitingLoss } from './lost'
import { claimPhotos } from './photo_store'
import { isReadable } from './sealing'
import { steadily } from './steady'

/** An intention before it has its place in the queue. */
interface Intention<N extends MutationName = MutationName> {
  name: N
  /** The version of the record the worker was looking at; null where there was none. */
  base: number | null
  args: Arguments[N]
  /** Of an edit: the fields it changes as the worker saw them. */
  seen?: Record<string, unknown>
}

/** Entries the server does not have. */
export const UNSENT: OutboxState[] = ['waiting', 'sending']

/** Entries it has given no verdict for. */
export const UNJUDGED: OutboxState[] = [...UNSENT, 'handed']

/**
 * Save an intention on this phone. Resolves once it would survive a closed tab or a dead battery: the
 * transaction is on the disk. A connection that goes meanwhile is opened again; the intention is saved once.
 * The form's draft, if named, goes in the same transaction.
 *
 * @throws NobodyHere when nobody is signed in
 * @throws Dexie.QuotaExceededError when the disk is full; nothing is saved then
 */
export async function enqueue<N extends MutationName>({ seen, ...intention }: Intention<N>, draftKey?: string): Promise<Mutation> {
  const { db } = await here()
  const named = { id: newId(), at: new Date().toISOString(), ...intention }
  let since = Infinity
  return steadily(db, () => db.transaction('rw', [db.outbox, db.fact, db.photo, db.draft], async () => {
    const [last, { skew: ahead }] = await Promise.all([lastSeq(db), progress(db)])
    since = Math.min(since, last)
    const placed = since < last ? await placedSince(db, since, named.id) : undefined
    if (placed) return placed
    const seq = last + 1
    const mutation = { ...named, seq } as Mutation
    await Promise.all([
      db.outbox.add({ seq, state: 'waiting', fresh: true, at: mutation.at, ahead, mutation, refs: refsOf(mutation), verdict: null, ...(seen && { seen }) }),
      setFact(db, 'seq', seq),
      claimPhotos(db, photosOf(mutation)),
      draftKey && db.draft.delete(draftKey),
    ])
    return mutation
  }))
}

/** A first try may have been committed although its connection went before it could say so. */
async function placedSince(db: PersonDatabase, since: number, id: string): Promise<Mutation | undefined> {
  const entries = await db.outbox.where('seq').above(since).toArray()
  return entries.find((entry) => isReadable(entry) && entry.mutation.id === id)?.mutation
}

/** The records a mutation is about and makes, its main record first. */
function refsOf(mutation: Mutation): string[] {
  const named = isLook(mutation) ? [] : [mainOf(mutation), createdBy(mutation)].filter((one) => one !== null)
  return [...new Set(named.map(({ type, id }) => refOf(type, id)))]
}

interface WithPhotos {
  photos?: string[]
  changes?: { photos?: string[] }
}

export function photosOf({ args }: Mutation): string[] {
  const { photos, changes } = args as WithPhotos
  return photos ?? changes?.photos ?? []
}

/** The entries in any of these states that can be read, in order of `seq`. */
export async function entriesIn(db: PersonDatabase, states: readonly OutboxState[]): Promise<OutboxEntry[]> {
  return (await allIn(db, states)).filter(isReadable)
}

/** The same with those that can't be read: a request for each state, where `anyOf` makes one for each entry. */
export async function allIn(db: PersonDatabase, states: readonly OutboxState[]): Promise<OutboxEntry[]> {
  const found = await db.transaction('r', db.outbox, async () => Promise.all(states.map((state) => db.outbox.where('state').equals(state).toArray())))
  return found.flat().sort((one, other) => one.seq - other.seq)
}

/** How many intentions after this place the server does not have: counted, never assumed. */
export async function countUnsent(db: PersonDatabase, after = 0): Promise<number> {
  const places = await Promise.all(UNSENT.map((state) => db.outbox.where('state').equals(state).primaryKeys()))
  return places.flat().filter((seq) => seq > after).length
}

/** Put a refused change away, once its author has read why. The server keeps its words (P6); of one that can't be read it is told that it is lost. */
export async function dismissRefusal(seq: number): Promise<void> {
  const { db } = await here()
  await db.transaction('rw', [db.outbox, db.receipt], async () => {
    const entry = await db.outbox.get(seq)
    if (!entry) return
    if (entry.state === 'refused') await db.outbox.put({ ...entry, state: 'settled' })
    else if (!isReadable(entry)) await db.outbox.put(waitingLoss({ from: seq, last: seq }))
    const receipts = await db.receipt.bulkGet(entry.refs)
    await db.receipt.bulkDelete(receipts.flatMap((receipt) => (receipt?.seq === seq ? [receipt.ref] : [])))
  })
}

/** Nothing is on its way any more: what was, waits again. `stored` as `storedOf` gives it. */
export async function release(stored: PersonDatabase): Promise<void> {
  await stored.outbox.where('state').equals('sending').modify({ state: 'waiting' })
}
