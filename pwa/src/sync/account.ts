/** Whose session this is, asked without a word of signing in: by a page that opens, and by the service worker. */
import type { SessionAnswer } from '../api/wire'
import { noteProgress } from '../data/facts'
import type { Here } from '../data/here'
import { saveAccount, type KnownAccount } from '../data/phone'
import type { ScopeUnit } from '../data/types'
import { ApiProblem, NoContact, ours, unlessOnTheWay } from './problem'
import { leaveDevice } from './revoked'
import { send } from './transport'

/**
 * Ask the server anew who this is: posts change.
 *
 * @returns whether work of this person may be sent: not where the session is another person's, or the phone
 * is shut out
 * @throws NoContact
 */
export async function askAccount({ db, me }: Here): Promise<boolean> {
  const answer = await send('GET', '/session').then((said) => ours<SessionAnswer>(said, 'person')).catch(revokedOf)
  if (answer === true) await leaveDevice(me.person_id).catch(unlessOnTheWay)
  if (typeof answer === 'boolean') return !answer
  if (answer.person.id !== me.person_id) {
    await noteProgress(db, { problem: 'signed_out', stopped: true, tryAgainAt: null })
    return false
  }
  const known = me.device_token === answer.device_token && JSON.stringify(answer.scope) === JSON.stringify(me.scope)
  if (!known) await saveAccount(accountOf(answer))
  return true
}

/** The same; without contact, what is known stays. */
export async function refreshAccount(at: Here): Promise<boolean> {
  return askAccount(at).catch((fault: unknown) => {
    if (fault instanceof NoContact) return true
    throw fault
  })
}

/** What this phone keeps of an answer about a session. */
export function accountOf(answer: SessionAnswer): KnownAccount {
  const { person, vapid_public_key, rescue_public_key, device_token } = answer
  const [last_used_at, scope] = [new Date().toISOString(), answer.scope as ScopeUnit[]]
  return { person_id: person.id, username: person.username, person, scope, vapid_public_key, rescue_public_key, device_token, last_used_at }
}

function revokedOf(fault: unknown): boolean {
  if (fault instanceof NoContact) throw fault
  return isRevoked(fault)
}

export const isRevoked = (fault: unknown): boolean => fault instanceof ApiProblem && fault.code === 'device_revoked'
