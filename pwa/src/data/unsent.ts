/** What only this phone has, text and photos together: counted, never assumed, and also while it is locked. */
import type { PersonDatabase } from './db'
import { storedOf } from './here'
import { countUnsent } from './outbox'
import { countPhotosUnsent } from './photo_store'
import { whoIsHere } from './who'

export async function countAllUnsent(db: PersonDatabase): Promise<number> {
  return (await countUnsent(db)) + (await countPhotosUnsent(db))
}

/** The same of who is signed in; 0 for nobody. */
export async function unsentHere(): Promise<number> {
  const me = await whoIsHere()
  return me ? countAllUnsent(storedOf(me.person_id)) : 0
}
