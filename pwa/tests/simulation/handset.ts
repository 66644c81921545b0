/** A phone: its storage, its session, and a log of what it said was saved. */
import { IDBFactory } from 'fake-indexeddb'
import type { Mutation } from '../../src/api/wire'
import { decrypt } from '../../src/data/cipher'
import type { PersonDatabase } from '../../src/data/db'
import { DEAD, Tab, type Fuse } from './tab'
import type { Tally } from './tally'
import { PASSWORD } from './town'

export class Handset {
  cookie = ''
  tab!: Tab
  /** Every mutation the phone said was saved. */
  readonly said: Mutation[] = []
  /** The exchange that is under way. */
  private exchange: Promise<unknown> | null = null
  private personId = ''
  private key!: CryptoKey
  private readonly storage = new IDBFactory()

  constructor(readonly username: string, readonly tally: Tally) {}

  /** Take the phone in hand for the first time. */
  async signIn(): Promise<void> {
    await this.open()
    await this.surely(({ sync }) => sync.signIn(this.username, PASSWORD))
    this.personId = (await this.db()).personId
    this.key = await this.surely(async ({ keys }) => keys.keyOf(this.personId))
    await this.sync()
  }

  /** Open the app and unlock it; a killed tab's work is gone, what was saved is there. */
  async open(): Promise<void> {
    this.exchange = null
    this.tab = await Tab.open(this, this.storage)
    this.tab.engine.keys.holdKey(this.personId, this.key)
  }

  does<T>(work: (engine: Tab['engine']) => Promise<T>): Promise<T | typeof DEAD> {
    return this.tab.does(() => work(this.tab.engine))
  }

  /** The same, where nothing may go wrong. */
  async surely<T>(work: (engine: Tab['engine']) => Promise<T>): Promise<T> {
    this.tab.fuse = null
    const done = await this.does(work)
    if (done === DEAD) throw new Error('a tab died though nobody killed it')
    return done
  }

  /** Do something that may save mutations, and note those the phone said were saved. */
  async act(work: (engine: Tab['engine']) => Promise<unknown>, fuse: Fuse | null): Promise<void> {
    const before = (await this.saved()).length
    this.tab.fuse = fuse
    if ((await this.does(work)) === DEAD) return
    this.tab.fuse = null
    this.said.push(...(await this.saved()).slice(before))
  }

  /** Exchange with the server; resolves when it has ended, one way or another. */
  sync(): Promise<unknown> {
    // It fails where the storage was closed under it: the app tries again at its next turn, as this does.
    this.exchange ??= this.does(({ sync }) => sync.syncNow()).catch(() => { this.tally.hit('run broken off') }).finally(() => { this.exchange = null })
    return this.exchange
  }

  async db(): Promise<PersonDatabase> {
    return this.surely(async ({ here }) => (await here.here()).db)
  }

  /** The outbox as it lies on the disk, read past the app. */
  private async saved(): Promise<Mutation[]> {
    const db = await whenDone(this.storage.open(`qiaomen-${this.personId}`))
    const entries = await whenDone(db.transaction('outbox').objectStore('outbox').getAll()) as { mutation?: Mutation; sealed?: ArrayBuffer }[]
    db.close()
    return Promise.all(entries.map(async ({ mutation, sealed }) => mutation ?? (await this.unsealed(sealed))))
  }

  private async unsealed(sealed: ArrayBuffer | undefined): Promise<Mutation> {
    const text = await decrypt(this.key, sealed ?? new ArrayBuffer(), 'outbox')
    return (JSON.parse(new TextDecoder().decode(text)) as { mutation: Mutation }).mutation
  }
}

const whenDone = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => { resolve(asked.result) }
    asked.onerror = () => { reject(new Error('the disk could not be read', { cause: asked.error })) }
  })
