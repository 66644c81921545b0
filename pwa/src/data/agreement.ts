/** Whether this phone holds what the server says it must, and what to do when not (L9). */
import type { ExchangeAnswer } from '../api/wire'
import { digestOf } from '../rules/agreement'
import type { PersonDatabase } from './db'
import { fact, noteProgress, setFact } from './facts'
import { held } from './held'

/** What came of comparing; moments and stretches in milliseconds of this phone's clock. */
export interface Agreement {
  /** When it was last compared, and how long that took. */
  at: number
  took: number
  /** Base has changed since. */
  changed: boolean
  /** Base is a new copy that was not compared yet. */
  fresh: boolean
  /** The territories that differed; told to the server, which then gives a new copy. */
  differs: string[]
  /** How often in a row it differed, each time with a new copy, and until when no other is asked for. */
  times: number
  notBefore: number
}

const UNPROVED: Agreement = { at: 0, took: 0, changed: true, fresh: false, differs: [], times: 0, notBefore: 0 }

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Counting takes at most a hundredth of a phone's time, however much it holds. */
const REST = 100

const agreement = async (db: PersonDatabase): Promise<Agreement> => ({ ...UNPROVED, ...(await fact(db, 'agreement')) })

/** Note what an answer did to base. Runs inside the transaction that did it. */
export async function noteAgreement(db: PersonDatabase, change: Partial<Agreement>): Promise<void> {
  await setFact(db, 'agreement', { ...(await agreement(db)), ...change })
}

/** The territories to complain of in the next request; none while it is not time, or a new copy is being built. */
export async function differing(db: PersonDatabase, now: number): Promise<string[]> {
  const { differs, notBefore } = await agreement(db)
  const patient = notBefore > now && notBefore - now <= DAY
  return patient || (await fact(db, 'staged_cursor')) !== null ? [] : differs
}

/** Whether a new copy did not help either, so that the worker is to know. */
const isDisputed = ({ times }: Agreement): boolean => times > 1

/** The problem to show once the server was reached; null for none. */
export async function dispute(db: PersonDatabase): Promise<'differs' | null> {
  return isDisputed(await agreement(db)) ? 'differs' : null
}

/**
 * Compare base with what a whole exchange says it must hold. Call it under the lock, so that base stays as it is.
 *
 * @returns whether the server should hear of a difference at once
 */
export async function agree(db: PersonDatabase, { more, check }: Pick<ExchangeAnswer, 'more' | 'check'>): Promise<boolean> {
  const [before, started] = [await agreement(db), Date.now()]
  if (more || check.length === 0 || !isDue(before, started)) return false
  const ours = await held(db, check.map(({ scope }) => scope))
  const differs = check.flatMap(({ scope, count, digest }) => {
    const tally = ours.get(scope)
    return tally && (tally.count !== count || digestOf(tally) !== digest) ? [scope] : []
  })
  const now = Date.now()
  const after = { ...judged(before, differs, now), at: now, took: now - started, changed: false, fresh: false }
  await setFact(db, 'agreement', after)
  if (isDisputed(before) || isDisputed(after)) await noteProgress(db, { problem: await dispute(db) })
  return after.times > before.times && after.notBefore <= now
}

/** After a change, and each hour; but not all the time. A clock that was put back counts as time gone by. */
function isDue({ at, took, changed, fresh }: Agreement, now: number): boolean {
  const ago = Math.abs(now - at)
  return fresh || (ago >= REST * took && (changed || ago >= HOUR))
}

/** At first a new copy is asked for at once; if that differs too, after an hour, two, four, a day at most. */
export function judged(before: Agreement, differs: string[], now: number): Agreement {
  if (differs.length === 0) return { ...before, differs, times: 0, notBefore: 0 }
  if (before.times > 0 && !before.fresh) return { ...before, differs }
  const wait = before.times === 0 ? 0 : Math.min(DAY, HOUR * 2 ** (before.times - 1))
  return { ...before, differs, times: before.times + 1, notBefore: now + wait }
}
