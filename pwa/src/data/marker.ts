/**
 * Which device each person has been on this phone, kept outside of their databases: when a browser short of
 * space clears those, this is how the next start knows that there was more.
 */
import { ofAllTabs } from './web_storage'

const keyOf = (personId: string): string => `qiaomen.device.${personId}`

export const markedDevice = (personId: string): string | null => ofAllTabs()?.getItem(keyOf(personId)) ?? null

/** Nothing of this person is missing from this phone. */
export function unmarkDevice(personId: string): void {
  ofAllTabs()?.removeItem(keyOf(personId))
}

export function markDevice(personId: string, deviceId: string): void {
  ofAllTabs()?.setItem(keyOf(personId), deviceId)
}
