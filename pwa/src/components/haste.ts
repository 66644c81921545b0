/**
 * An impatient thumb taps twice. Where a tap is done at once and what it was on gives way, the second meets what has come in
 * its place, which nobody has read yet.
 */

/** So long, in milliseconds, after one thing was begun or done a tap is still meant for that: it takes as long to be drawn and seen. */
export const HASTE = 500

/** When the next tap counts. */
let free = -Infinity

const rest = () => { free = performance.now() + HASTE }

/** Do at once what a tap asks for, if it was not made in haste after another such tap, here or on another card. */
export async function unhurried<T>(work: () => Promise<T>): Promise<T | undefined> {
  if (performance.now() < free) return undefined
  rest()
  return work().finally(rest)
}
