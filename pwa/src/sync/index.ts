/** What pages may ask of the exchange with the server. */
export { signIn, signOut } from './session'
export { startSync, syncNow } from './start'
export { disablePush, enablePush, pushState } from './push'
export { ApiProblem, NoContact } from './problem'
