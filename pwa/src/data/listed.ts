/** Whether a directory in memory (`directory.ts`) is still what base says. Apart from it, for the service worker searches nothing. */
import { v7 as newId } from 'uuid'
import type { RecordType } from '../api/records'
import type { PatchEntry } from '../api/wire'
import type { PersonDatabase } from './db'
import { setFact } from './facts'

const LISTED: readonly RecordType[] = ['building', 'dwelling', 'resident']

/** Note what a patch changed of what is listed. Runs inside the transaction that changed it. */
export async function noteListed(db: PersonDatabase, patch: readonly PatchEntry[]): Promise<void> {
  if (patch.some(({ type }) => LISTED.includes(type))) await noteAllListed(db)
}

/** Note that anything listed may have changed. */
export const noteAllListed = (db: PersonDatabase): Promise<void> => setFact(db, 'listed', newId())
