/** What the browser says of this app's storage, for the worker and for whoever helps. */
import type { PersonDatabase } from '../data/db'
import { noteProgress, progress } from '../data/facts'
import { storageRisk } from '../rules/storage'

/** Asking makes a cheap phone count its files. */
const EVERY = 10 * 60_000

/** Look whether the storage is filling up, unless that was done lately. */
export async function lookAtStorage(db: PersonDatabase, now: number): Promise<void> {
  const { storage } = await progress(db)
  const age = now - Date.parse(storage?.at ?? '')
  if (age >= 0 && age < EVERY) return
  const asked = Promise.all([navigator.storage?.persisted?.(), navigator.storage?.estimate?.()])
  // A browser that fails to count holds up nothing that is to be sent
  const [persisted = null, { usage: used = null, quota = null } = {}] = await asked.catch((): undefined[] => [])
  await noteProgress(db, { storage: { persisted, used, quota, risk: storageRisk(used, quota), at: new Date(now).toISOString() } })
}
