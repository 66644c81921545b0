/**
 * Which device each person has been on this phone, kept outside of their databases: when a browser short of
 * space clears those, this is how the next start knows that there was more.
 */
const keyOf = (personId: string): string => `qiaomen.device.${personId}`

/** A browser that forbids it has none. */
function kept(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

export const markedDevice = (personId: string): string | null => kept()?.getItem(keyOf(personId)) ?? null

/** Nothing of this person is missing from this phone. */
export function unmarkDevice(personId: string): void {
  kept()?.removeItem(keyOf(personId))
}

export function markDevice(personId: string, deviceId: string): void {
  kept()?.setItem(keyOf(personId), deviceId)
}
