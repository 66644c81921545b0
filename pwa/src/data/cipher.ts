/** AES-256-GCM by WebCrypto: a fresh nonce of 12 bytes for each text, which stands before it. */

const NONCE = 12
const AES = { name: 'AES-GCM', length: 256 }

/** The bytes of a new key. */
export const newKeyBytes = (): ArrayBuffer => crypto.getRandomValues(new Uint8Array(AES.length / 8)).buffer

/** A key of these 32 bytes that gives them to nobody. */
export const keyFrom = (raw: BufferSource): Promise<CryptoKey> => crypto.subtle.importKey('raw', raw, AES.name, false, ['encrypt', 'decrypt'])

/** A new key whose bytes nobody ever sees. */
export const makeSecretKey = (): Promise<CryptoKey> => crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt'])

/** `about` says what the text is; it opens only for who says the same. */
export async function encrypt(key: CryptoKey, plain: BufferSource, about: string): Promise<ArrayBuffer> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE))
  const text = await crypto.subtle.encrypt({ name: AES.name, iv, additionalData: bytesOf(about) }, key, plain)
  const joined = new Uint8Array(NONCE + text.byteLength)
  joined.set(iv)
  joined.set(new Uint8Array(text), NONCE)
  return joined.buffer
}

/** @throws DOMException `OperationError` for another key, another `about`, or a text that was changed */
export function decrypt(key: CryptoKey, sealed: ArrayBuffer, about: string): Promise<ArrayBuffer> {
  const how = { name: AES.name, iv: new Uint8Array(sealed, 0, NONCE), additionalData: bytesOf(about) }
  return crypto.subtle.decrypt(how, key, new Uint8Array(sealed, NONCE))
}

const bytesOf = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words)
