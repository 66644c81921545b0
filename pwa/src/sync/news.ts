/** Finding out within seconds, without Web Push, that there is news: asked while somebody looks at the app, and only then. */
import { reportFault } from '../data/keys'
import { fetchNews } from './notices'
import { nextLook } from './pace'
import { ApiProblem, onTheWay } from './problem'
import { kick } from './start'

let watching = false
let looking = false
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** Look for news until the page closes. Calling it again changes nothing. */
export function watchNews(): void {
  if (watching) return
  watching = true
  addEventListener('online', begin)
  document.addEventListener('visibilitychange', begin)
  begin()
}

const begin = (): void => { if (!looking) void look() }

/** A page that is hidden or without signal stands still, until it is told that this is over. */
async function look(): Promise<void> {
  clearTimeout(timer)
  if (document.hidden || !navigator.onLine) return
  looking = true
  // What is new is in the list at once; what it is about comes by an exchange
  const fault = await fetchNews().then((found) => { if (found) kick() }).then(() => null, (thrown: unknown) => thrown)
  looking = false
  if (fault !== null && !onTheWay(fault)) reportFault(fault)
  failures = fault === null ? 0 : failures + 1
  timer = setTimeout(begin, nextLook(failures, fault instanceof ApiProblem ? fault.retryAfter : null))
}
