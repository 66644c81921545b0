/** The second way to open the lock: a passkey beside the PIN, by finger or face. */
import { open } from './lock'
import { Locked } from './keys'
import { makePasskey, unwrapByPasskey } from './passkey'
import { phone } from './phone'
import { signedIn } from './who'

/**
 * Let who is signed in open by a passkey too. `raw` are the bytes of their data key, which the PIN gave.
 *
 * @returns whether it can be: not where its owner declined, nor with what has no PRF
 */
export async function addPasskey(raw: ArrayBuffer): Promise<boolean> {
  const me = await signedIn()
  const passkey = await makePasskey(me, raw).catch(unlessDeclined)
  if (passkey) await phone.lock.update(me.person_id, { passkey })
  return passkey !== null
}

/** From now on only the PIN opens. What the phone keeps of the passkey opens nothing by itself. */
export async function removePasskey(): Promise<void> {
  await phone.lock.update((await signedIn()).person_id, { passkey: null })
}

/** Open by the passkey. @returns whether it did @throws Locked where there is none */
export async function openByPasskey(signal: AbortSignal): Promise<boolean> {
  const me = await signedIn()
  const asked = await phone.lock.get(me.person_id)
  if (!asked?.passkey) throw new Locked()
  const raw = await unwrapByPasskey(asked.passkey, signal).catch(unlessDeclined)
  // The tenth wrong PIN may have been tried meanwhile
  const lock = await phone.lock.get(me.person_id)
  if (!raw || !lock?.passkey) return false
  await open(lock, me, raw)
  return true
}

/** However the phone puts it, what is left is the PIN. */
function unlessDeclined(fault: unknown): null {
  if (fault instanceof DOMException) return null
  throw fault
}
