/** How much of the phone's time a read that is asked for again and again may take. */

/** So many times as long as a read took it rests, */
const REST = 3

/** but not until the rests it owes come to so many milliseconds: a change now and then is shown at once. */
const MAY_OWE = 500

/** For one read: given when it began and ended, in milliseconds of one clock, how many it must rest then. */
export function resting(): (began: number, ended: number) => number {
  let owedUntil = -Infinity
  return (began, ended) => {
    owedUntil = Math.max(owedUntil, began) + (ended - began) * (1 + REST)
    return Math.max(0, owedUntil - ended - MAY_OWE)
  }
}
