/** Encrypting to the server's rescue key: nobody else can open it (PROTOCOL.md, Rescue). */

/** What the sealed text is: eight letters and a version. */
export const OUTBOX_FILE = 'QMRESCUE\u0002'
export const DATA_KEY = 'QMDATKEY\u0001'

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

/** Bits of HKDF's output: the key of AES-256-GCM, then its nonce. */
const KEY = 256
const NONCE = 96

/** `rescueKey` is the server's point in base64url. */
export async function seal(kind: string, plain: BufferSource, rescueKey: string): Promise<ArrayBuffer> {
  const server = bytesOf(rescueKey)
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
  const head = join(new TextEncoder().encode(kind), await crypto.subtle.exportKey('raw', own.publicKey))
  const made = await derive(own.privateKey, server, join(head, server))
  const key = await crypto.subtle.importKey('raw', made.slice(0, KEY / 8), 'AES-GCM', false, ['encrypt'])
  const how = { name: 'AES-GCM', iv: made.slice(KEY / 8), additionalData: head }
  return join(head, await crypto.subtle.encrypt(how, key, plain)).buffer
}

async function derive(own: CryptoKey, server: BufferSource, info: BufferSource): Promise<ArrayBuffer> {
  const theirs = await crypto.subtle.importKey('raw', server, CURVE, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveBits(how, secret, KEY + NONCE)
}

/** From base64, also of the alphabet for addresses. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
}

const STRIDE = 8192

export function base64Of(bytes: ArrayBuffer): string {
  const all = new Uint8Array(bytes)
  let letters = ''
  for (let at = 0; at < all.length; at += STRIDE) letters += String.fromCharCode(...all.subarray(at, at + STRIDE))
  return btoa(letters)
}

export function join(...parts: (Uint8Array | ArrayBuffer)[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.map((part) => new Uint8Array(part))
  const joined = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of bytes) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
