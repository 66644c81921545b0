/**
 * Who is signed in on this phone, as this tab was last told: asked once, and again after any tab has changed the accounts.
 * A cheap phone takes longer to open a transaction than to read the row, and whatever the screen reads begins with it.
 */
import Dexie from 'dexie'
import { PHONE } from './before'
import { NobodyHere } from './keys'
import { currentAccount, type KnownAccount } from './phone'

/** How Dexie names what a transaction has changed: database, table and index. */
const ACCOUNTS = `idb://${PHONE}/account/`

/** What it says instead on a page that was put aside for a while, and heard of nothing. */
const ANYTHING = 'all'

const NOT_ASKED = Symbol('not asked')
let known: KnownAccount | undefined | typeof NOT_ASKED = NOT_ASKED
let changes = 0
const followers = new Set<() => void>()

Dexie.on('storagemutated', (changed) => {
  if (!Object.keys(changed).some((part) => part === ANYTHING || part.startsWith(ACCOUNTS))) return
  known = NOT_ASKED
  changes += 1
  for (const follow of followers) follow()
})

/** Who asks while another does asks for themselves: a live query follows nothing after the wait for what another began. */
export async function whoIsHere(): Promise<KnownAccount | undefined> {
  if (known !== NOT_ASKED) return known
  const before = changes
  const found = await currentAccount()
  if (before === changes) known = found
  return found
}

/** @throws NobodyHere */
export async function signedIn(): Promise<KnownAccount> {
  const me = await whoIsHere()
  if (!me) throw new NobodyHere()
  return me
}

/** Called at each change of the accounts, for a live query does not see it. @returns what ends that */
export function whenAccountsChange(follow: () => void): () => void {
  followers.add(follow)
  return () => { followers.delete(follow) }
}
