/** The door of `data` for the lock and the frame around the pages, so that the lock loads nothing else. */
export { accountReady } from './here'
export { choosePin, door, enterPin, forfeit, hasPasskey, lastSeen, lockNow, readyToOpen, type Door, type Entered } from './lock'
export { isWeak, PIN_LENGTH } from './pin'
export { AWAY, stillHere } from './session_key'
export { noteTouch, untouched } from './touch'
export { account, live } from './live'
export { dismissFarewell, farewells } from './farewells'
export type * from './types'
