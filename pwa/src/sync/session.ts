/** Signing in and out. Both hold the exchange's lock while the session changes, so no batch is on its way then. */
import { v7 as newId } from 'uuid'
import type { SessionAnswer } from '../api/wire'
import { escrowOf } from '../data/escrow'
import { fact, noteProgress, setFact } from '../data/facts'
import { hasLeft } from '../data/farewells'
import { unlessFull } from '../data/full'
import { databaseOf, storedOf } from '../data/here'
import { abandon } from '../data/leaving'
import { openSignedIn, shut } from '../data/lock'
import { markDevice, markedDevice } from '../data/marker'
import { clearCurrent, currentAccount, isSomebodyLeaving, knownAccount, noteLeft, type KnownAccount } from '../data/phone'
import type { Account } from '../data/types'
import { countAllUnsent } from '../data/unsent'
import { accountOf, isRevoked } from './account'
import { exclusively } from './locks'
import { leaveDevice } from './revoked'
import { ApiProblem, ours, unlessOnTheWay } from './problem'
import { phoneName } from './phone_name'
import { endPushOfOthers, unsubscribe } from './push'
import { command, send } from './transport'

/** What lies on this phone of this person was encrypted for another server: nothing here can open it. */
export class KeyLost extends Error {
  readonly code = 'key_lost'

  /** `unsent` is how many records and photos of it the server does not have. */
  constructor(readonly personId: string, readonly unsent: number) {
    super('what lies on this phone can not be opened')
  }
}

interface SignedIn {
  account: KnownAccount
  /** In base64; null where the server was given none to open, or can't. */
  dataKey: string | null
}

/**
 * Sign in; the person's database is then the one all reads and writes go to.
 *
 * @throws ApiProblem `wrong_credentials`, `too_many_attempts`, `suspended`, `device_revoked`; NoContact; KeyLost
 */
export function signIn(username: string, password: string): Promise<Account> {
  return exclusively(async () => {
    const known = await knownAccount(username)
    const { account, dataKey } = await open(username, password, (known && (await deviceOf(known.person_id))) ?? newId())
      .catch((fault: unknown) => leaveIfRevoked(fault, known))
    await endPushOfOthers(account.person_id).catch(() => undefined)
    await noteProgress(databaseOf(account.person_id), { problem: null, stopped: false })
    if (!(await openSignedIn(account, dataKey))) throw new KeyLost(account.person_id, await countAllUnsent(storedOf(account.person_id)))
    // The browser must not evict unsent work; it decides by itself whom to believe.
    void navigator.storage?.persist?.()
    return { person: account.person, scope: account.scope }
  })
}

/** Give up what `KeyLost` said can't be opened, so that its owner can sign in as on a new phone. */
export function startAnew(personId: string): Promise<void> {
  return exclusively(async () => abandon(storedOf(personId)))
}

/** What a revoked phone still has of this person goes the way of P8; they may then sign in anew. */
async function leaveIfRevoked(fault: unknown, known: KnownAccount | undefined): Promise<never> {
  if (known && isRevoked(fault)) await leaveDevice(known.person_id).catch(unlessOnTheWay)
  throw fault
}

/** The device id lives beside the counter of its mutations: they are lost, or kept, together. */
const deviceOf = (personId: string): Promise<string | null> => fact(databaseOf(personId), 'device_id')

async function open(username: string, password: string, deviceId: string): Promise<SignedIn> {
  try {
    return await adopt(username, password, deviceId)
  } catch (fault) {
    if (!(fault instanceof ApiProblem) || fault.code !== 'device_taken') throw fault
    return adopt(username, password, newId())
  }
}

async function adopt(username: string, password: string, deviceId: string): Promise<SignedIn> {
  const answer = await postSession(username, password, deviceId)
  const own = await deviceOf(answer.person.id)
  const mine = own && own !== deviceId ? await postSession(username, password, own) : answer
  await settleOn(answer.person.id, own ?? deviceId)
  return { account: accountOf(mine), dataKey: mine.data_key }
}

/**
 * This is the device from now on. Where a marker tells of another, whose database is gone, it has left (P8), or
 * the browser has cleared it: server and worker are to be told.
 */
async function settleOn(personId: string, deviceId: string): Promise<void> {
  const [db, before] = [databaseOf(personId), markedDevice(personId)]
  await setFact(db, 'device_id', deviceId)
  if (before && before !== deviceId && !(await hasLeft(personId, before))) await setFact(db, 'replaces', { device_id: before, told: false, seen: false })
  markDevice(personId, deviceId)
}

async function postSession(username: string, password: string, deviceId: string): Promise<SessionAnswer> {
  const device = { id: deviceId, name: await phoneName(), platform: navigator.platform }
  const known = await knownAccount(username)
  const sealed_key = known ? await escrowOf(known.person_id) : null
  return ours<SessionAnswer>(await send('POST', '/session', { username, password, device, sealed_key }), 'person')
}

/**
 * Sign out: of this phone at once, whatever hangs on its way, and then of the server. With unsent work it stays signed
 * in unless `force` is set; the work then waits on this phone for the same person.
 */
export async function signOut({ force }: { force: boolean }): Promise<'signed_out' | 'unsent_work'> {
  const me = await currentAccount()
  if (!me) return 'signed_out'
  if (!force && (await countAllUnsent(storedOf(me.person_id))) > 0) return 'unsent_work'
  await clearCurrent()
  // in every tab: a run of another would hold the lock until it has brought all in
  await shut(me.person_id).catch(unlessFull)
  await exclusively(async () => {
    // the server lets go of it with the session
    await unsubscribe().catch(() => undefined)
    await endSession()
  })
  return 'signed_out'
}

/**
 * End the session that the browser still holds of who has signed out: without signal, it is ended once there is some. Else
 * whoever has the phone next had it too. To be called under the lock.
 */
export async function endSession(): Promise<void> {
  if (await isSomebodyLeaving()) await command('DELETE', '/session').then(noteLeft).catch(unlessOnTheWay)
}
