/**
 * A passkey of this phone (WebAuthn) and the data key under it. No server has a part in it: what counts is the output of
 * the passkey's pseudo-random function (PRF) for a salt, which the phone gives only once it has verified who holds it.
 */
import { decrypt, encrypt } from './cipher'
import type { KnownAccount, Lock } from './phone'

export type Passkey = NonNullable<Lock['passkey']>

/** ES256, and RS256 for Windows Hello. */
const ALGORITHMS = [-7, -257]

/** WebAuthn serves names only: a server reached by its bare address has no passkeys. */
const BARE_ADDRESS = /^[\d.]+$|^\[/

/** Whether this phone can verify its owner by finger or face, and says of no PRF that it has none. */
export async function passkeyOffered(): Promise<boolean> {
  if (!('PublicKeyCredential' in globalThis) || BARE_ADDRESS.test(location.hostname)) return false
  // Chrome before 133 can't be asked; `makePasskey` finds out
  const can = await PublicKeyCredential.getClientCapabilities?.()
  return can?.['extension:prf'] !== false && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable())
}

/**
 * Make a passkey for this person in the place of an earlier one, and wrap the data key's bytes by it; null where it has no PRF.
 *
 * @throws DOMException when the phone's owner declined
 */
export async function makePasskey({ person_id, username }: KnownAccount, raw: ArrayBuffer): Promise<Passkey | null> {
  const salt = random(32)
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { name: '敲门' },
      user: { id: new TextEncoder().encode(person_id), name: username, displayName: username },
      challenge: random(32),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'preferred', userVerification: 'required' },
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential
  const { prf } = made.getClientExtensionResults()
  if (!prf?.enabled) return null
  // Many phones work it out only for a passkey that is there already
  const secret = prf.results?.first ?? (await ask(made.rawId, salt))
  return secret ? { credential: made.rawId, salt, wrapped: await encrypt(await wrappingKey(secret), raw, 'passkey') } : null
}

/**
 * The data key's bytes.
 *
 * @throws DOMException when the phone's owner declined, the phone has the passkey no more, or `signal` ended it
 */
export async function unwrapByPasskey({ credential, salt, wrapped }: Passkey, signal: AbortSignal): Promise<ArrayBuffer> {
  const secret = await ask(credential, salt, signal)
  if (!secret) throw new DOMException('the passkey has no PRF any more', 'NotSupportedError')
  return decrypt(await wrappingKey(secret), wrapped, 'passkey')
}

async function ask(id: ArrayBuffer, salt: BufferSource, signal?: AbortSignal): Promise<BufferSource | undefined> {
  const given = (await navigator.credentials.get({
    ...(signal && { signal }),
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: 'public-key', id, transports: ['internal'] }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential
  return given.getClientExtensionResults().prf?.results?.first
}

/** The key under which a passkey's secret keeps the data key. */
async function wrappingKey(secret: BufferSource): Promise<CryptoKey> {
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode('qiaomen passkey') }
  const from = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  return crypto.subtle.deriveKey(how, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))
