/** The encryption of a rescued outbox, version 1 (PROTOCOL.md, Rescue): nobody but the server can open it. */

const MAGIC = new TextEncoder().encode('QMRESCUE\u0001')
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

/** Bits of HKDF's output: the key of AES-256-GCM, then its nonce. */
const KEY = 256
const NONCE = 96

/** Encrypt to the server's rescue key, given as its point in base64url. */
export async function seal(plain: Blob, rescueKey: string): Promise<Blob> {
  const server = pointOf(rescueKey)
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
  const head = join(MAGIC, await crypto.subtle.exportKey('raw', own.publicKey))
  const made = await derive(own.privateKey, server, join(head, server))
  const key = await crypto.subtle.importKey('raw', made.slice(0, KEY / 8), 'AES-GCM', false, ['encrypt'])
  const how = { name: 'AES-GCM', iv: made.slice(KEY / 8), additionalData: head }
  return new Blob([head, await crypto.subtle.encrypt(how, key, await plain.arrayBuffer())])
}

async function derive(own: CryptoKey, server: BufferSource, info: BufferSource): Promise<ArrayBuffer> {
  const theirs = await crypto.subtle.importKey('raw', server, CURVE, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveBits(how, secret, KEY + NONCE)
}

function pointOf(base64url: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
}

function join(...parts: (Uint8Array | ArrayBuffer)[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.map((part) => new Uint8Array(part))
  const joined = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of bytes) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
