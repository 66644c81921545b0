/** How many operations of a patch to ask for at once: each page costs a phone the same again, but what breaks off is lost whole. */

/** So few come through a weak signal before it goes. */
export const FEWEST = 500

/** So many are taken in without holding the screen. */
const MOST = 3000

/** How long one page may be on its way, in milliseconds. */
const ON_ITS_WAY = 2_000

/** The size of the next page, after one of `size` operations came in `took` milliseconds. */
export const pageAfter = (size: number, took: number): number =>
  Math.round(Math.min(MOST, Math.max(FEWEST, (size * ON_ITS_WAY) / took)))
