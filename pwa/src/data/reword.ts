/** Writing something of the outbox once more: in other words where nobody has been given it, else as something new. */
import type { Mutation } from '../api/wire'
import { mainOf } from '../rules/effects'
import type { PersonDatabase } from './db'
import { here } from './here'
import { placeLabels } from './labels'
import { photosOf } from './outbox'
import { overlay } from './overlay'
import { claimPhotos } from './photo_store'
import { isReadable } from './sealing'
import type { Place, Written } from './types'
import { plain } from './writes'

interface Where {
  dwelling_id?: string | null
  place?: Place | null
}

/** What its author wrote at this place; null where nothing stands there any more that can be read. */
export async function written<Args>(seq: number): Promise<Written<Args> | null> {
  const at = await here()
  const entry = await at.db.outbox.get(seq)
  if (!entry || !isReadable(entry)) return null
  const { name, args } = entry.mutation
  const { dwelling_id = null, place = null } = args as Where
  const where = { dwelling_id, place }
  const labelOf = await placeLabels(at, await overlay(at), [where])
  return { name, args: args as Args, label: labelOf(where), refused: entry.state === 'refused' }
}

/** It may have reached the server, and is what it is from then on (PROTOCOL.md, P3). */
export class AlreadySent extends Error {
  constructor(seq: number) {
    super(`${seq} may have been sent`)
  }
}

/**
 * Put what waits in other words, and drop their draft with it.
 *
 * @returns the id of the record it is about; null where it was refused, so that the words want a mutation of their own
 * @throws AlreadySent
 */
export async function reword(seq: number, words: object, draftKey: string): Promise<string | null> {
  const { db } = await here()
  return db.transaction('rw', [db.outbox, db.photo, db.draft], async () => {
    const entry = await db.outbox.get(seq)
    if (entry?.state === 'refused') return null
    if (!entry?.fresh || !isReadable(entry)) throw new AlreadySent(seq)
    const mutation = { ...entry.mutation, args: { ...entry.mutation.args, ...plain(words) } } as Mutation
    await db.outbox.put({ ...entry, mutation })
    await claimPhotos(db, photosOf(mutation))
    await leavePhotos(db, photosOf(entry.mutation).filter((sha256) => !photosOf(mutation).includes(sha256)))
    await db.draft.delete(draftKey)
    return mainOf(mutation)?.id ?? null
  })
}

/** Photos that nothing in the outbox names any more are not sent; those of words that have arrived may be still on their way. */
async function leavePhotos(db: PersonDatabase, sha256s: readonly string[]): Promise<void> {
  if (sha256s.length === 0) return
  const named = new Set((await db.outbox.toArray()).filter(isReadable).flatMap(({ mutation }) => photosOf(mutation)))
  const left = sha256s.filter((sha256) => !named.has(sha256))
  await db.photo.where('sha256').anyOf(left).filter(({ state }) => state === 'waiting').modify({ state: 'kept' })
}
