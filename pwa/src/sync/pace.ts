/** How long to wait before the next exchange. Jitter keeps a street's phones from knocking all at once. */
import type { Progress } from '../data/facts'
import type { ApiProblem } from './problem'

const WATCHED = 30_000
const HIDDEN = 300_000
const FIRST_RETRY = 2_000
const UNSAID_WAIT = 30_000
const JITTER = 0.5

const jittered = (delay: number): number => delay * (0.75 + 0.5 * Math.random())

/** Milliseconds until the next try: when the server asked for patience, after failures, or as usual. */
export function nextTry({ notBefore }: Pick<Progress, 'notBefore'>, failures: number, hidden: boolean, now: number): number {
  if (notBefore !== null && Date.parse(notBefore) > now) return Date.parse(notBefore) - now
  const usual = hidden ? HIDDEN : WATCHED
  return jittered(failures > 0 ? Math.min(HIDDEN, FIRST_RETRY * 2 ** (failures - 1)) : usual)
}

/** When a busy server may be asked again, UTC: not before it said. */
export function momentAfter({ retryAfter }: ApiProblem): string {
  const delay = (retryAfter ?? UNSAID_WAIT) * (1 + JITTER * Math.random())
  return new Date(Date.now() + delay).toISOString()
}
