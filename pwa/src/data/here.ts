/** The database of the person who is signed in. */
import { phone, type KnownAccount } from './phone'
import { keyOf, NobodyHere } from './keys'
import { steadily } from './steady'
import { PersonDatabase } from './db'
import type { Account } from './types'
import { whoIsHere } from './who'

const once = (open: (personId: string) => PersonDatabase) => {
  const opened = new Map<string, PersonDatabase>()
  return (personId: string): PersonDatabase => {
    const db = opened.get(personId) ?? open(personId)
    opened.set(personId, db)
    return db
  }
}

/** The database of one person; each is opened once per tab. */
export const databaseOf = once((personId) => new PersonDatabase(personId))

/** The same as it lies on the disk: also of who is locked out, and with what is encrypted left so (`sealing.ts`). */
export const storedOf = once((personId) => new PersonDatabase(personId, false))

export interface Here {
  db: PersonDatabase
  me: KnownAccount
}

/**
 * Who is signed in, and their database.
 *
 * @throws NobodyHere; Locked
 */
export async function here(): Promise<Here> {
  const me = await steadily(phone, whoIsHere)
  if (!me) throw new NobodyHere()
  keyOf(me.person_id)
  return { db: databaseOf(me.person_id), me }
}

/** The same, or null while nobody is signed in, or their data is locked. */
export const present = (): Promise<Here | null> =>
  here().catch((fault: unknown) => {
    if (fault instanceof NobodyHere) return null
    throw fault
  })

/** Who is signed in, asked once: for a page guard that can't wait for a live query. */
export async function accountReady(): Promise<Account | null> {
  const known = await whoIsHere()
  return known ? { person: known.person, scope: known.scope } : null
}
