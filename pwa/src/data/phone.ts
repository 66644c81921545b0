/** The database shared by the people of one phone: who they are, and who is signed in. */
import Dexie, { type Table } from 'dexie'
import { PHONE } from './before'
import { lettingGo } from './let_go'
import type { Account } from './types'

export interface KnownAccount extends Account {
  person_id: string
  username: string
  vapid_public_key: string
  rescue_public_key: string
  /** Proves without a session whose a rescued outbox is; absent until the server was asked since. */
  device_token?: string
  last_used_at: string
  /** 1 for the one who is signed in; absent for the others. */
  current?: 1
  /** 1 for who has signed out while the server, whose session the browser still holds, has not heard of it. */
  leaving?: 1
}

/** What is said of somebody who was shut out on this phone, after all of theirs is gone (P8). */
export interface Farewell {
  person_id: string
  name: string
  /** The device they were; null where an older version of the app did not say. */
  device_id?: string | null
  /** What was handed over to the server first. */
  records: number
  photos: number
}

/** How the data key of one person may be had again; nowhere does the key itself lie in the clear. */
export interface Lock {
  person_id: string
  /** The key under one made of the PIN by PBKDF2 with so many rounds; null until one is chosen, and once it is forfeited. */
  pin: { salt: Uint8Array<ArrayBuffer>; rounds: number; wrapped: ArrayBuffer } | null
  /** The key under one made of what a passkey of this phone, once its owner is verified, works out from the salt; absent until there is one. */
  passkey?: { credential: ArrayBuffer; salt: Uint8Array<ArrayBuffer>; wrapped: ArrayBuffer } | null
  /** The key encrypted to the server, which gives it back to this person's session and opens with it what is handed in. */
  escrow: ArrayBuffer
  /** The server's key by which `escrow` is encrypted; absent where an older version of the app left it. */
  escrow_to?: string
  /** Wrong PINs in a row. */
  wrong: number
  /** Opens what a tab keeps of the key in its session storage (`session_key.ts`); null once locked, in every tab. */
  session: CryptoKey | null
}

class PhoneDatabase extends Dexie {
  declare readonly account: Table<KnownAccount, string>
  declare readonly farewell: Table<Farewell, string>
  declare readonly lock: Table<Lock, string>

  constructor() {
    super(PHONE, { chromeTransactionDurability: 'strict' })
    this.version(1).stores({ account: 'person_id, username, current' })
    this.version(2).stores({ farewell: 'person_id' })
    this.version(3).stores({ lock: 'person_id' })
    this.use(lettingGo)
  }
}

export const phone = new PhoneDatabase()

export async function currentAccount(): Promise<KnownAccount | undefined> {
  return phone.account.where('current').equals(1).first()
}

export async function knownAccount(username: string): Promise<KnownAccount | undefined> {
  return phone.account.where('username').equals(username).first()
}

/** Make this person the one who is signed in, and nobody else: the browser's session is theirs now. */
export async function setCurrent(account: KnownAccount): Promise<void> {
  await phone.transaction('rw', phone.account, async () => {
    const before = await phone.account.filter(({ current, leaving }) => Boolean(current ?? leaving)).toArray()
    const others = before.filter(({ person_id }) => person_id !== account.person_id)
    // One request for all: while it runs, all that the screen reads waits
    await phone.account.bulkPut([...others.map((known) => ({ ...known, current: undefined, leaving: undefined })), { ...account, current: 1, leaving: undefined }])
  })
}

/** Nobody is signed in any more, of which the server is to hear. */
export async function clearCurrent(): Promise<void> {
  await phone.account.where('current').equals(1).modify((known) => {
    delete known.current
    known.leaving = 1
  })
}

/** Whether somebody has left this phone whose session the browser still holds. */
export const isSomebodyLeaving = async (): Promise<boolean> => (await phone.account.toArray()).some(({ leaving }) => leaving === 1)

/** The server has heard of it. */
export async function noteLeft(): Promise<void> {
  await phone.account.filter(({ leaving }) => leaving === 1).modify((known) => { delete known.leaving })
}

/** Keep what the server newly says of who is signed in; not of somebody who has left meanwhile. */
export async function saveAccount(account: KnownAccount): Promise<void> {
  await phone.transaction('rw', phone.account, async () => {
    if ((await phone.account.get(account.person_id))?.current) await phone.account.put({ ...account, current: 1 })
  })
}
