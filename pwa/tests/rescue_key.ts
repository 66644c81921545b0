/** The server's rescue key, and its half of the format (PROTOCOL.md, Rescue). */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'
import type { Mutation } from '../src/api/wire'

const HEAD = 9 + 65
const key = createECDH('prime256v1')
key.generateKeys()

export const RESCUE_KEY = key.getPublicKey('base64url')

/** The one of a server that is no more. */
export const OTHER_KEY = createECDH('prime256v1').generateKeys('base64url')

export interface Rescued {
  device_token: string
  clock_offset_ms: number | null
  mutations: Mutation[]
  photos: { sha256: string; size: number; bytes: Buffer }[]
}

interface Sent extends Omit<Rescued, 'photos'> {
  person_id: string
  data_key: string | null
  sealed: string[]
  photos: { sha256: string; size: number; sealed: boolean }[]
}

/** What a phone sealed, also what it did under its data key. */
export function opened(file: Buffer): Rescued {
  const plain = unsealed(file)
  const end = 4 + plain.readUInt32BE(0)
  const content = JSON.parse(plain.subarray(4, end).toString()) as Sent
  const dataKey = content.data_key === null ? null : Buffer.from(dataKeyIn(content.data_key, content.person_id) ?? '', 'base64')
  const open = (text: Buffer, table: string) => (dataKey ? decrypted(dataKey, text.subarray(0, 12), text.subarray(12), Buffer.from(table)) : text)
  const rows = content.sealed.map((row) => (JSON.parse(open(Buffer.from(row, 'base64'), 'outbox').toString()) as { mutation: Mutation }).mutation)
  let at = end
  const photos = content.photos.map((photo) => {
    const bytes = plain.subarray(at, (at += photo.size))
    return { ...photo, bytes: photo.sealed ? open(bytes, 'photo') : bytes }
  })
  return { ...content, mutations: [...content.mutations, ...rows].sort((one, other) => one.seq - other.seq), photos }
}

/** The data key that a phone left with the server, in base64; null for somebody else. @throws Error for what was left with another */
export function dataKeyIn(sealed: string, personId: string): string | null {
  const said = JSON.parse(unsealed(Buffer.from(sealed, 'base64')).toString()) as { person_id: string; key: string }
  return said.person_id === personId ? said.key : null
}

function unsealed(file: Buffer): Buffer {
  const head = file.subarray(0, HEAD)
  const secret = key.computeSecret(head.subarray(9))
  const made = Buffer.from(hkdfSync('sha256', secret, '', Buffer.concat([head, key.getPublicKey()]), 44))
  return decrypted(made.subarray(0, 32), made.subarray(32), file.subarray(HEAD), head)
}

function decrypted(by: Buffer, nonce: Buffer, text: Buffer, about: Buffer): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', by, nonce).setAAD(about).setAuthTag(text.subarray(-16))
  return Buffer.concat([cipher.update(text.subarray(0, -16)), cipher.final()])
}
