/** IndexedDB can be closed under an open page: iOS does it in mid-session, another tab's upgrade may, a crash does. */
import type Dexie from 'dexie'
import { isDiskFull } from './full'

/** Names under which browsers, and Dexie, say that the connection is gone and not that the work was wrong. */
const GONE = ['AbortError', 'DatabaseClosedError', 'InvalidStateError', 'UnknownError']

/** Whether the connection went; a full disk also aborts, and trying again would not help. */
function connectionWent(fault: unknown): boolean {
  if (typeof fault !== 'object' || fault === null) return false
  const { name = '' } = fault as { name?: string }
  return GONE.includes(name) && !isDiskFull(fault)
}

/**
 * Do `work`; when the connection goes meanwhile, open it again and do it once more. The first time may have
 * been committed although nobody was told, so `work` must be the same done twice.
 */
export async function steadily<T>(db: Dexie, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (fault) {
    if (!connectionWent(fault)) throw fault
    db.close({ disableAutoOpen: false })
    await db.open()
    return work()
  }
}
