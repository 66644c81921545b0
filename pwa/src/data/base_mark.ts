/** A mark on base: another one with each change, so that what is kept in memory of it is known to be old. */
import { v7 as newId } from 'uuid'
import type { PersonDatabase } from './db'
import { setFact } from './facts'

/** Note that base has changed: in the transaction that changed it, or after it. */
export const markBase = (db: PersonDatabase): Promise<void> => setFact(db, 'base_mark', newId())
