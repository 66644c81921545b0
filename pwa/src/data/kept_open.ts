/** Waiting inside a transaction for what is no request of it: IndexedDB ends a transaction that nobody asks anything of. */
import Dexie from 'dexie'

/**
 * Begin `work` and wait for it with a request always on its way. Dexie's own `waitFor` loses one of several waits at once.
 *
 * @throws what `work` throws; DOMException when the transaction ends before it
 */
export function keptOpen<T>(store: IDBObjectStore, work: () => Promise<T>): Promise<T> {
  return new Dexie.Promise<T>((resolve, reject) => {
    let settle: (() => void) | undefined
    Dexie.ignoreTransaction(work).then((result) => { settle = () => resolve(result) }, (fault: unknown) => { settle = () => reject(fault) })
    const ask = () => {
      const request = store.get(-Infinity)
      request.onsuccess = () => (settle ?? ask)()
      request.onerror = () => reject(request.error)
    }
    ask()
  })
}
