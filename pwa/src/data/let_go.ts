/**
 * A page that the browser puts aside for the way back stands still, its transactions half way. Safari lets whatever
 * opens next wait for those for ever, so they are broken off; should the page come back, it does them again
 * (`steady.ts`).
 */
import type { DBCore, Middleware } from 'dexie'

const underWay = new Set<IDBTransaction>()

/** The layer that knows which transactions are under way. */
export const lettingGo: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'letting-go',
  create: (core) => ({
    ...core,
    transaction: (...asked) => {
      const begun = core.transaction(...asked)
      const transaction = begun as IDBTransaction
      underWay.add(transaction)
      for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => underWay.delete(transaction))
      return begun
    },
  }),
}

/** Break off what is under way. One may have come to its end unheard yet, and can't be broken off any more. */
function letGo(): void {
  for (const transaction of underWay) {
    try {
      transaction.abort()
    } catch (fault) {
      if ((fault as DOMException).name !== 'InvalidStateError') throw fault
    }
  }
}

// A service worker, and the tests' Node, have no page to put aside.
if ('onpagehide' in globalThis) {
  addEventListener('pagehide', (event: Event) => { if ((event as Event & { persisted: boolean }).persisted) letGo() })
}
