/** The database shared by the people of one phone: who they are, and who is signed in. */
import Dexie, { type Table } from 'dexie'
import type { Account } from './types'

export interface KnownAccount extends Account {
  person_id: string
  username: string
  vapid_public_key: string
  rescue_public_key: string
  last_used_at: string
  /** 1 for the one who is signed in; absent for the others. */
  current?: 1
}

class PhoneDatabase extends Dexie {
  declare readonly account: Table<KnownAccount, string>

  constructor() {
    super('qiaomen', { chromeTransactionDurability: 'strict' })
    this.version(1).stores({ account: 'person_id, username, current' })
  }
}

export const phone = new PhoneDatabase()

export async function currentAccount(): Promise<KnownAccount | undefined> {
  return phone.account.where('current').equals(1).first()
}

export async function knownAccount(username: string): Promise<KnownAccount | undefined> {
  return phone.account.where('username').equals(username).first()
}

/** Make this person the one who is signed in, and nobody else. */
export async function setCurrent(account: KnownAccount): Promise<void> {
  await phone.transaction('rw', phone.account, async () => {
    await clearCurrent()
    await phone.account.put({ ...account, current: 1 })
  })
}

export async function clearCurrent(): Promise<void> {
  await phone.account.where('current').equals(1).modify((known) => { delete known.current })
}

/** Keep what the server newly says of an account. */
export async function saveAccount(account: KnownAccount): Promise<void> {
  await phone.account.put(account)
}
