/** A PIN and the data key under it. */
import { decrypt, encrypt } from './cipher'
import type { Lock } from './phone'

/** Slow on purpose: about a second of a cheap phone (OWASP's count for PBKDF2 with SHA-256). */
const ROUNDS = 600_000

export const PIN_LENGTH = 6

/** Whether somebody who picked the phone up would try it first: one digit only, or digits in a row. */
export function isWeak(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, at) => Number(digit) - Number(pin[at]))
  return [0, 1, -1].some((step) => steps.every((one) => one === step))
}

/** `raw` are the bytes of the data key. */
export async function wrap(pin: string, raw: ArrayBuffer): Promise<NonNullable<Lock['pin']>> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return { salt, rounds: ROUNDS, wrapped: await encrypt(await keyOfPin(pin, salt, ROUNDS), raw, 'pin') }
}

/** The data key's bytes; null for another PIN. */
export async function unwrap(pin: string, { salt, rounds, wrapped }: NonNullable<Lock['pin']>): Promise<ArrayBuffer | null> {
  return decrypt(await keyOfPin(pin, salt, rounds), wrapped, 'pin').catch(() => null)
}

async function keyOfPin(pin: string, salt: BufferSource, iterations: number): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
