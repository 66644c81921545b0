/** The data key as the server alone can open it: it gives it back to its owner's session, and opens with it what is handed in. */
import { phone, type KnownAccount } from './phone'
import { base64Of, DATA_KEY, seal } from './seal'

export function leave(raw: ArrayBuffer, { person_id, rescue_public_key }: KnownAccount): Promise<ArrayBuffer> {
  return seal(DATA_KEY, new TextEncoder().encode(JSON.stringify({ person_id, key: base64Of(raw) })), rescue_public_key)
}

/** What this phone has of this person, in base64; null for nothing. */
export async function escrowOf(personId: string): Promise<string | null> {
  const lock = await phone.lock.get(personId)
  return lock ? base64Of(lock.escrow) : null
}
