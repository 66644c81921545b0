/**
 * Proof of agreement (L9): a count and a checksum of records, the twin of `sync/agreement.py`, which says how
 * it is made. Both are held to `tests/vectors/agreement.json`.
 */

/** How many records, and the two lanes of their checksum. */
export interface Tally {
  count: number
  one: number
  other: number
}

export const nothing = (): Tally => ({ count: 0, one: 0, other: 0 })

const { imul } = Math
const [P, Q, R, S, T] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1]

/** What counts records of one type into a tally, in place. */
export function counting(type: string): (tally: Tally, id: string, version: number) => void {
  const name = named(type)
  return (tally, id, version) => {
    const [a, b, c, d] = wordsOf(id)
    tally.count += 1
    tally.one = (tally.one + mixed(imul(a, P) + imul(b, Q) + imul(c, R) + imul(d, S) + imul(version, T) + name)) | 0
    tally.other = (tally.other + mixed(imul(a, T) + imul(b, S) + imul(c, R) + imul(d, Q) + imul(version, P) + name)) | 0
  }
}

/** The checksum as it travels: 16 hex digits. */
export const digestOf = ({ one, other }: Tally): string => hex(one) + hex(other)

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')

const word = (digits: string): number => parseInt(digits, 16) | 0

/** The UUID's four words. */
const wordsOf = (id: string): [number, number, number, number] =>
  [word(id.slice(0, 8)), word(id.slice(9, 13) + id.slice(14, 18)), word(id.slice(19, 23) + id.slice(24, 28)), word(id.slice(28))]

const named = (type: string): number => [...type].reduce((sum, letter) => (imul(sum, 31) + letter.charCodeAt(0)) | 0, 0)

/** The end of MurmurHash3. */
function mixed(sum: number): number {
  let now = sum | 0
  now = imul(now ^ (now >>> 16), 0x85ebca6b)
  now = imul(now ^ (now >>> 13), 0xc2b2ae35)
  return now ^ (now >>> 16)
}
