/** The roster: fetched now and then to be there without signal, and swaps, which need both people and so the server. */
import { v7 as newId } from 'uuid'
import type { DutyAnswer, SwapRequest } from '../api/wire'
import type { PersonDatabase } from '../data/db'
import { keepDuty, keptDuty } from '../data/duty'
import { progress } from '../data/facts'
import { present, type Here } from '../data/here'
import { ours, unlessOnTheWay } from './problem'
import { command, send } from './transport'

/** A roster changes a few times a month, an offer comes once in a while. */
const FRESH_FOR = 1_800_000

async function fetchDuty({ db, me }: Here): Promise<void> {
  const answer = ours<DutyAnswer>(await send('GET', '/duty'), 'shifts')
  // Somebody else may have signed in meanwhile
  if (answer.person_id === me.person_id) await keepDuty(db, answer, new Date().toISOString())
}

/** Whether what is kept is older than `freshFor` milliseconds, by a clock that may have been put back since, and the exchange just now went well. */
export async function isTimeToFetch(db: PersonDatabase, kept: { at: string } | undefined, freshFor: number): Promise<boolean> {
  const { unreachable, problem, lastContact } = await progress(db)
  if (unreachable || problem || !lastContact || !navigator.onLine) return false
  return !kept || Math.abs(Date.now() - Date.parse(kept.at)) > freshFor
}

/** Fetch it if what is kept is old and the exchange just now went well. */
export async function keepDutyFresh(at: Here): Promise<void> {
  if (await isTimeToFetch(at.db, await keptDuty(at.db), FRESH_FOR)) await fetchDuty(at).catch(unlessOnTheWay)
}

/** Fetch it now, because somebody looks. @throws ApiProblem, NoContact */
export async function refreshDuty(): Promise<void> {
  const at = await present()
  if (at) await fetchDuty(at)
}

/** Ask a colleague to take a shift. @throws ApiProblem, NoContact */
export async function offerShift(shift_id: string, to_id: string): Promise<void> {
  await command('POST', '/duty/swaps', { id: newId(), shift_id, to_id } satisfies SwapRequest)
  await refreshDuty()
}

/** Take the shift that a colleague offered, or leave it with them; the roster is fetched anew also where it was too late. @throws ApiProblem, NoContact */
export async function answerSwap(swapId: string, answer: 'accept' | 'decline'): Promise<void> {
  await command('POST', `/duty/swaps/${swapId}/${answer}`).finally(() => refreshDuty().catch(unlessOnTheWay))
}
