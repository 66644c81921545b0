import { encode } from 'uqr'

/** Room around the code by which a scanner finds it, in modules. */
const QUIET = 4

/** A QR code of this text as the path of its dark modules, each one by one, in a square of `size`. */
export function drawn(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: QUIET })
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size, path }
}
