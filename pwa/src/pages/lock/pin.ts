/** What the screens about a PIN have in common. */
import { isWeak } from '@/data/first'

/** Why this one may not be taken, as a message key; empty where it may. */
export const refusedPin = (pin: string): string => (isWeak(pin) ? 'lock.weak' : '')
