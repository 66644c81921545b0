/**
 * One opening of the app: the engine's own modules, evaluated anew, on the storage of its phone. It can be killed
 * between any two awaits: its open transactions are aborted, and nothing it waits for ever comes.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { forceCloseDatabase } from 'fake-indexeddb'
import { vi } from 'vitest'
import type { Handset } from './handset'

/** The tab whose code is running; the globals of a browser ask it whose they are. */
const running = new AsyncLocalStorage<Tab>()

export function runningTab(): Tab {
  const tab = running.getStore()
  if (!tab) throw new Error('code of the app runs outside of a tab')
  return tab
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined)

export const DEAD = Symbol('the tab was killed')

/** The doors of the engine that a person, or the app itself, comes through. */
async function modules() {
  return {
    data: await import('../../src/data'),
    sync: await import('../../src/sync'),
    here: await import('../../src/data/here'),
    keys: await import('../../src/data/keys'),
    overlay: await import('../../src/data/overlay'),
    facts: await import('../../src/data/facts'),
    photos: await import('../../src/data/photos'),
  }
}

/** When to kill: at the so-many-th of these from now, and so many turns of the loop after it. A gap is where a safeguard is missing. */
export interface Fuse {
  at: 'transaction' | 'request' | 'gap'
  count: number
  turns: number
}

export class Tab {
  engine!: Awaited<ReturnType<typeof modules>>
  dead = false
  fuse: Fuse | null = null
  private readonly connections = new Set<IDBDatabase>()
  private readonly transactions = new Set<IDBTransaction>()
  private die: () => void = () => undefined
  private readonly death = new Promise<typeof DEAD>((resolve) => { this.die = () => { resolve(DEAD) } })
  private queue: Promise<unknown> = Promise.resolve()

  private constructor(readonly phone: Handset) {}

  static async open(phone: Handset, storage: IDBFactory): Promise<Tab> {
    const tab = new Tab(phone)
    vi.resetModules()
    vi.stubGlobal('indexedDB', tab.facade(storage))
    tab.engine = await running.run(tab, modules)
    return tab
  }

  /** Do something in this tab. @returns what came of it, or DEAD if it did not live to see it */
  does<T>(work: () => Promise<T>): Promise<T | typeof DEAD> {
    if (this.dead) return this.death
    const done = running.run(this, work)
    done.catch(() => undefined)
    return Promise.race([done, this.death])
  }

  /** Something at which a tab may be killed has come. */
  pass(at: Fuse['at']): void {
    const { fuse } = this
    if (fuse?.at !== at || --fuse.count > 0) return
    this.fuse = null
    this.phone.tally.hit(`killed at a ${at}`)
    after(fuse.turns, () => { this.kill() })
  }

  kill(): void {
    if (this.dead) return
    this.dead = true
    this.abort()
    for (const connection of this.connections) connection.close()
    this.die()
  }

  /** The browser closes the storage under the app, as iOS does. */
  closeStorage(): void {
    this.abort()
    for (const connection of this.connections) forceCloseDatabase(connection as never)
    this.connections.clear()
  }

  private abort(): void {
    for (const transaction of this.transactions) {
      try {
        transaction.abort()
      } catch {
        // committed a moment ago
      }
    }
  }

  /** A lock of this phone's own; what waits for it in a killed tab waits for ever. */
  async lock(work: (lock: object | null) => Promise<unknown>): Promise<unknown> {
    const turn = this.queue.then(() => (this.dead ? never() : work({})))
    this.queue = turn.catch(() => undefined)
    return turn
  }

  private facade(storage: IDBFactory): Partial<IDBFactory> {
    return {
      open: (name: string, version?: number) => {
        const request = this.dead ? unanswered() : storage.open(name, version)
        request.addEventListener('success', () => { this.connect(request.result) })
        return request as never
      },
      databases: () => storage.databases(),
      deleteDatabase: (name: string) => storage.deleteDatabase(name),
      cmp: (one: unknown, other: unknown) => storage.cmp(one, other),
    }
  }

  private connect(connection: IDBDatabase): void {
    this.connections.add(connection)
    if (this.dead) connection.close()
    const begin = connection.transaction.bind(connection)
    connection.transaction = (...given: Parameters<typeof begin>) => {
      this.pass('transaction')
      const transaction = begin(...given)
      this.transactions.add(transaction)
      for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => this.transactions.delete(transaction))
      return transaction
    }
  }
}

/** A request of a tab that is no more. */
const unanswered = (): IDBOpenDBRequest => new EventTarget() as IDBOpenDBRequest

function after(turns: number, then: () => void): void {
  if (turns <= 0) then()
  else setImmediate(() => { after(turns - 1, then) })
}

