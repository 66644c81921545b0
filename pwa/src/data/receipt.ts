/** The link on a resident's receipt, which opens the server's page about their case (app/services/receipts.py). */
import { here } from './here'
import { base64Of, join } from './seal'

/** Of an HMAC-SHA256; nobody guesses so many bytes. */
const HASH = 16

/** The path of the page of a case that this person has opened, also before the server knows of it; null for others, whose link only its opener's phones can make. */
export async function receiptPath(caseId: string, openedBy: string): Promise<string | null> {
  const { me } = await here()
  return me.person_id === openedBy && me.device_token ? `/r/${await receiptToken(caseId, me.device_token)}` : null
}

/** The case's id and a hash of it, in base64 for addresses. */
export async function receiptToken(caseId: string, key: string): Promise<string> {
  const text = new TextEncoder()
  const own = await crypto.subtle.importKey('raw', text.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const hash = await crypto.subtle.sign('HMAC', own, text.encode(`receipt ${caseId}`))
  return base64Of(join(idBytes(caseId), hash.slice(0, HASH)).buffer).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const idBytes = (id: string): Uint8Array => Uint8Array.from(id.replaceAll('-', '').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
