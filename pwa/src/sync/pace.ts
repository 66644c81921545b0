/** How long to wait before the next exchange. Jitter keeps a street's phones from knocking all at once. */
import type { Progress } from '../data/facts'
import { LONGEST_WAIT, type ApiProblem } from './problem'

const WATCHED = 30_000
const HIDDEN = 300_000
/** With its jitter, and the second the server's worker may rest, a notice is on the screen within five. */
const NEWS = 3_000
const FIRST_RETRY = 2_000
const UNSAID_WAIT = 30_000
/** A quarter of an hour with its jitter: a server that is well again is not kept waiting by its phones. */
const LONGEST_UNSAID = 600_000
const JITTER = 0.5

const jittered = (delay: number): number => delay * (0.75 + 0.5 * Math.random())

/** Milliseconds until a moment that was set `most` ahead at most; 0 once it has come, and where it is further away: the clock was put back since. */
export function untilThen(moment: string | null, now: number, most = LONGEST_WAIT * (1 + JITTER)): number {
  const left = moment === null ? 0 : Date.parse(moment) - now
  return left > most ? 0 : Math.max(0, left)
}

/** Whether the server asked for patience until later than `now`. */
export const mustWait = ({ notBefore }: Pick<Progress, 'notBefore'>, now: number): boolean => untilThen(notBefore, now) > 0

/** Milliseconds until the next try: when the server asked for patience, after failures, or as usual. */
export function nextTry({ notBefore }: Pick<Progress, 'notBefore'>, failures: number, hidden: boolean, now: number): number {
  const asked = untilThen(notBefore, now)
  if (asked > 0) return asked
  const usual = hidden ? HIDDEN : WATCHED
  return jittered(failures > 0 ? Math.min(HIDDEN, FIRST_RETRY * 2 ** (failures - 1)) : usual)
}

/** Milliseconds until an open app asks for news again: never before the server said, `retryAfter`, and ever more rarely after failures. */
export function nextLook(failures: number, retryAfter: number | null): number {
  const usual = jittered(Math.min(HIDDEN, NEWS * 2 ** failures))
  return retryAfter === null ? usual : retryAfter + usual
}

/** Until when a busy server is left alone, UTC, and how often in a row it had not said. */
interface Patience {
  until: string
  times: number
}

/**
 * When a server that refused may be asked again: not before it said. Where it did not say, twice as long as the
 * time before; `times` is how often in a row that was, and 0 where it has said. `now` in milliseconds.
 */
export function patience({ retryAfter }: ApiProblem, times: number, now: number): Patience {
  const delay = (retryAfter ?? Math.min(LONGEST_UNSAID, UNSAID_WAIT * 2 ** times)) * (1 + JITTER * Math.random())
  return { until: new Date(now + delay).toISOString(), times: retryAfter === null ? times + 1 : 0 }
}

type Waits = Pick<Progress, 'notBefore' | 'busyTimes' | 'photosNotBefore' | 'photosBusyTimes'>

/** What ends the waits that the server did not ask for: nobody who taps is held up by a guess of their phone. */
export const withoutGuesses = ({ busyTimes, photosBusyTimes }: Waits): Partial<Waits> => ({
  ...(busyTimes > 0 && { notBefore: null, busyTimes: 0 }),
  ...(photosBusyTimes > 0 && { photosNotBefore: null, photosBusyTimes: 0 }),
})
