/** Signing in and out. Both hold the exchange's lock, so no batch is on its way while the session changes. */
import { v7 as newId } from 'uuid'
import type { SessionAnswer } from '../api/wire'
import { fact, noteProgress, setFact } from '../data/facts'
import { databaseOf, here, type Here } from '../data/here'
import { countUnsent } from '../data/outbox'
import { clearCurrent, knownAccount, saveAccount, setCurrent, type KnownAccount } from '../data/phone'
import { countPhotosUnsent } from '../data/photo_store'
import type { Account } from '../data/types'
import { exclusively } from './locks'
import { markDevice, markedDevice } from './marker'
import { leaveDevice } from './revoked'
import { ApiProblem, NoContact } from './problem'
import { disablePush } from './push'
import { send } from './transport'

/**
 * Sign in; the person's database is then the one all reads and writes go to.
 *
 * @throws ApiProblem `wrong_credentials`, `too_many_attempts`, `suspended`, `device_revoked`; NoContact
 */
export function signIn(username: string, password: string): Promise<Account> {
  return exclusively(async () => {
    const known = await knownAccount(username)
    const account = await open(username, password, (known && (await deviceOf(known.person_id))) ?? newId())
      .catch((fault: unknown) => leaveIfRevoked(fault, known))
    await setCurrent(account)
    await noteProgress(databaseOf(account.person_id), { problem: null, stopped: false })
    // The browser must not evict unsent work; it decides by itself whom to believe.
    void navigator.storage?.persist?.()
    return { person: account.person, scope: account.scope }
  })
}

/** What a revoked phone still has of this person goes the way of P8; they may then sign in anew. */
async function leaveIfRevoked(fault: unknown, known: KnownAccount | undefined): Promise<never> {
  if (known && isRevoked(fault)) await leaveDevice(databaseOf(known.person_id)).catch(unlessOver)
  throw fault
}

const isRevoked = (fault: unknown): boolean => fault instanceof ApiProblem && fault.code === 'device_revoked'

/** The device id lives beside the counter of its mutations: they are lost, or kept, together. */
const deviceOf = (personId: string): Promise<string | null> => fact(databaseOf(personId), 'device_id')

async function open(username: string, password: string, deviceId: string): Promise<KnownAccount> {
  try {
    return await adopt(username, password, deviceId)
  } catch (fault) {
    if (!(fault instanceof ApiProblem) || fault.code !== 'device_taken') throw fault
    return adopt(username, password, newId())
  }
}

async function adopt(username: string, password: string, deviceId: string): Promise<KnownAccount> {
  const answer = await postSession(username, password, deviceId)
  const own = await deviceOf(answer.person.id)
  const mine = own && own !== deviceId ? await postSession(username, password, own) : answer
  await settleOn(answer.person.id, own ?? deviceId)
  return accountOf(mine)
}

/**
 * This is the device from now on. Where a marker tells of another, whose database is gone, the browser has
 * cleared it: server and worker are to be told.
 */
async function settleOn(personId: string, deviceId: string): Promise<void> {
  const [db, before] = [databaseOf(personId), markedDevice(personId)]
  await setFact(db, 'device_id', deviceId)
  if (before && before !== deviceId) await setFact(db, 'replaces', { device_id: before, told: false, seen: false })
  markDevice(personId, deviceId)
}

async function postSession(username: string, password: string, deviceId: string): Promise<SessionAnswer> {
  const device = { id: deviceId, name: '', platform: navigator.platform }
  return await send('POST', '/session', { username, password, device }) as SessionAnswer
}

function accountOf(answer: SessionAnswer): KnownAccount {
  const last_used_at = new Date().toISOString()
  return { ...answer, person_id: answer.person.id, username: answer.person.username, last_used_at } as KnownAccount
}

/**
 * Ask the server anew who this is: posts change. Without contact, what is known stays.
 *
 * @returns whether work of this person may be sent: not where the session is another person's, or the phone
 * is shut out
 */
export async function refreshAccount({ db, me }: Here): Promise<boolean> {
  const answer = await send('GET', '/session').catch((fault: unknown) => isRevoked(fault)) as SessionAnswer | boolean
  if (answer === true) await leaveDevice(db).catch(unlessOver)
  if (typeof answer === 'boolean') return !answer
  if (answer.person.id !== me.person_id) {
    await noteProgress(db, { problem: 'signed_out', stopped: true })
    return false
  }
  const known = me.device_token === answer.device_token && JSON.stringify(answer.scope) === JSON.stringify(me.scope)
  if (!known) await saveAccount({ ...accountOf(answer), current: 1 })
  return true
}

/**
 * Sign out. With unsent work it stays signed in unless `force` is set; the work then waits on this phone
 * for the same person.
 */
export function signOut({ force }: { force: boolean }): Promise<'signed_out' | 'unsent_work'> {
  return exclusively(async () => {
    const { db } = await here()
    const unsent = (await countUnsent(db)) + (await countPhotosUnsent(db))
    if (unsent > 0 && !force) return 'unsent_work'
    await disablePush().catch(() => undefined)
    await send('DELETE', '/session').catch(unlessOver)
    await clearCurrent()
    return 'signed_out'
  })
}

/** A session that is already over, or a server out of reach, keeps nobody signed in on this phone. */
function unlessOver(fault: unknown): void {
  if (!(fault instanceof ApiProblem) && !(fault instanceof NoContact)) throw fault
}
