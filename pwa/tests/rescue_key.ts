/** The server's rescue key, and its half of the format (PROTOCOL.md, Rescue). */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto'

const HEAD = 9 + 65
const key = createECDH('prime256v1')
key.generateKeys()

export const RESCUE_KEY = key.getPublicKey('base64url')

export interface Rescued {
  device_token: string
  clock_offset_ms: number | null
  mutations: { seq: number; name: string }[]
  photos: { sha256: string; size: number; bytes: Buffer }[]
}

/** What a phone sealed. */
export function opened(file: Buffer): Rescued {
  const head = file.subarray(0, HEAD)
  const secret = key.computeSecret(head.subarray(9))
  const made = Buffer.from(hkdfSync('sha256', secret, '', Buffer.concat([head, key.getPublicKey()]), 44))
  const cipher = createDecipheriv('aes-256-gcm', made.subarray(0, 32), made.subarray(32)).setAAD(head).setAuthTag(file.subarray(-16))
  const plain = Buffer.concat([cipher.update(file.subarray(HEAD, -16)), cipher.final()])
  const end = 4 + plain.readUInt32BE(0)
  const content = JSON.parse(plain.subarray(4, end).toString()) as Rescued
  let at = end
  const photos = content.photos.map((photo) => ({ ...photo, bytes: plain.subarray(at, (at += photo.size)) }))
  return { ...content, photos }
}
