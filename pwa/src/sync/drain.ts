/** Round after round, until the server has everything and the phone has everything. */
import type { PersonDatabase } from '../data/db'
import { fact, setFact } from '../data/facts'
import { expectPages } from '../data/pages_to_come'
import { rewind } from '../data/rewind'
import { reactionTo } from './refusals'
import { round, RoundRefused } from './round'

/** Mutations of one batch; the server takes 500 (PROTOCOL.md, Refusing). */
const BATCH = 200

/** A way that takes only small batches, such as a proxy's, is kept to for a day. */
const REMEMBERED = 86_400_000

/** A server that reports the same gap again and again is not one to argue with. */
const MOST_REWINDS = 3

/** How the next round is tried after a refusal that the phone can mend by itself. */
interface Attempt {
  size: number
  rewinds: number
}

/**
 * @throws ApiProblem for a refusal that needs more than a smaller batch or a rewind; NoContact
 */
export async function drain(db: PersonDatabase): Promise<void> {
  await rounds(db).finally(() => expectPages(false))
}

async function rounds(db: PersonDatabase): Promise<void> {
  let attempt: Attempt = { size: await sizeThatWorks(db), rewinds: 0 }
  for (let more = true; more;) {
    try {
      more = await round(db, attempt.size)
    } catch (fault) {
      if (!(fault instanceof RoundRefused)) throw fault
      attempt = await mend(db, fault, attempt)
    }
  }
}

async function mend(db: PersonDatabase, { refusal, carried }: RoundRefused, attempt: Attempt): Promise<Attempt> {
  const reaction = reactionTo(refusal)
  if (reaction === 'halve' && carried > 1) return { ...attempt, size: await halve(db, carried) }
  const through = (refusal.detail as { received_through?: number } | null)?.received_through
  if (reaction === 'rewind' && through !== undefined && attempt.rewinds < MOST_REWINDS) {
    await rewind(db, through)
    return { ...attempt, rewinds: attempt.rewinds + 1 }
  }
  throw refusal
}

async function sizeThatWorks(db: PersonDatabase): Promise<number> {
  const kept = await fact(db, 'batch')
  return kept && Date.parse(kept.until) > Date.now() ? kept.size : BATCH
}

async function halve(db: PersonDatabase, carried: number): Promise<number> {
  const size = Math.floor(carried / 2)
  await setFact(db, 'batch', { size, until: new Date(Date.now() + REMEMBERED).toISOString() })
  return size
}
