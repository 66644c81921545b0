/** What pages may ask of the exchange with the server. */
export type { RescueReport } from '../api/wire'
export { signIn, signOut } from './session'
export { startSync, syncNow } from './start'
export { disablePush, enablePush, pushState } from './push'
export { exportOutbox, handIn } from './rescue'
export { ApiProblem, NoContact } from './problem'
