/** The door before `first.ts`: what is asked before any database is opened, so that a new phone shows signing in without fetching what keeps records. */
export { rememberLanguage } from './language'

/** The database shared by the people of one phone (`phone.ts`). */
export const PHONE = 'qiaomen'

let asking: Promise<boolean> | null = null

/** Whether anybody has signed in on this phone before, be they signed out by now; yes where the browser does not tell. */
export function anybodyKnown(): Promise<boolean> {
  asking ??= askBrowser().then((known) => {
    // Somebody may sign in while the page is open; nobody is unknown again before it is closed
    if (!known) asking = null
    return known
  })
  return asking
}

async function askBrowser(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === PHONE)
  } catch {
    return true
  }
}
