/** A full disk: nothing is saved, and that is said; what need not be saved goes on without. */

/** Whether an error means that the phone's disk is full (browsers wrap it, Dexie wraps it again). */
export function isDiskFull(fault: unknown): boolean {
  if (typeof fault !== 'object' || fault === null) return false
  const { name, inner } = fault as { name?: string; inner?: unknown }
  return name === 'QuotaExceededError' || isDiskFull(inner)
}

/** For a note that one can do without. */
export function unlessFull(fault: unknown): void {
  if (!isDiskFull(fault)) throw fault
}
