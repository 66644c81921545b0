/** The database of the person who is signed in. */
import { currentAccount, phone, type KnownAccount } from './phone'
import { steadily } from './steady'
import { PersonDatabase } from './db'
import type { Account } from './types'

/** Nobody is signed in on this phone, so there is no database to read. */
export class NobodyHere extends Error {
  constructor() {
    super('nobody is signed in on this phone')
  }
}

const open = new Map<string, PersonDatabase>()

/** The database of one person; each is opened once per tab. */
export function databaseOf(personId: string): PersonDatabase {
  const known = open.get(personId)
  if (known) return known
  const db = new PersonDatabase(personId)
  open.set(personId, db)
  return db
}

export interface Here {
  db: PersonDatabase
  me: KnownAccount
}

/**
 * Who is signed in, and their database. Asked anew on each read, so that a live query follows a change
 * of person made in another tab.
 *
 * @throws NobodyHere
 */
export async function here(): Promise<Here> {
  const me = await steadily(phone, currentAccount)
  if (!me) throw new NobodyHere()
  return { db: databaseOf(me.person_id), me }
}

/** Who is signed in, asked once: for a page guard that can't wait for a live query. */
export async function accountReady(): Promise<Account | null> {
  const known = await currentAccount()
  return known ? { person: known.person, scope: known.scope } : null
}
