/** What was made of somebody's data stays in memory while what it was made of stays the same, and no longer than their key. */
import { whenLocked } from './keys'

/** What was made, and of what. */
export interface Kept<T> {
  of: string
  value: T
}

/**
 * Gives what was last made of the same, or makes it, perhaps from what was last made of something else. Who asks while it
 * is being made makes their own: a live query that waits for what another began no longer follows what it reads from then on.
 */
export function keeping<T>(): (of: string, make: (last: Kept<T> | null) => Promise<T>) => Promise<T> {
  let kept: Kept<T> | null = null
  let locked = 0
  whenLocked(() => {
    kept = null
    locked += 1
  })
  return async (of, make) => {
    if (kept?.of === of) return kept.value
    const began = locked
    const value = await make(kept)
    if (began === locked) kept = { of, value }
    return value
  }
}
