/** The first door of `data`: what the lock, signing in and the frame around the pages ask for, so that the first screen loads nothing else. */
export { accountReady } from './here'
export { choosePin, door, enterPin, forfeit, hasPasskey, lockNow, type Door, type Entered } from './lock'
export { isWeak, PIN_LENGTH } from './pin'
export { AWAY, stillHere } from './session_key'
export { account, live } from './live'
export { dismissFarewell, farewells } from './farewells'
export { rememberLanguage } from './language'
export type * from './types'
