/** One round trip: the outbox out, verdicts and patch in (PROTOCOL.md). */
import { PROTOCOL, type ExchangeAnswer, type ExchangeRequest, type Mutation } from '../api/wire'
import { agree, differing } from '../data/agreement'
import { takeAnswer } from '../data/answer'
import { takeBatch } from '../data/batch'
import type { PersonDatabase } from '../data/db'
import { fact } from '../data/facts'
import { countUnsent } from '../data/outbox'
import { expectPages } from '../data/pages_to_come'
import { FEWEST, pageAfter } from './page_size'
import { ApiProblem, notOurs, ours } from './problem'
import { noteSaid, reportOf } from './report'
import { send } from './transport'

/** Operations of the next page, as the last one came. */
let page = FEWEST

/** A refused exchange, and how many mutations it carried. */
export class RoundRefused extends Error {
  constructor(readonly refusal: ApiProblem, readonly carried: number) {
    super(refusal.code, { cause: refusal })
  }
}

/**
 * Send at most `size` mutations and take in what comes back, durably.
 *
 * @returns whether another round has something to do
 * @throws RoundRefused when the server refuses the exchange; NoContact when it was not reached
 */
export async function round(db: PersonDatabase, size: number): Promise<boolean> {
  const mutations = await takeBatch(db, size)
  const sentAt = Date.now()
  const asked = await ask(db, mutations, sentAt)
  const answer = await exchange(asked, mutations.length)
  await takeAnswer(db, answer, sentAt, Date.now())
  expectPages(answer.more)
  if (asked.device) await noteSaid(db, asked.device, sentAt)
  // A server that judges nothing of what it got is not asked again at once.
  return answer.more || (await agree(db, answer)) || (answer.verdicts.length > 0 && (await countUnsent(db)) > 0)
}

/**
 * Tell the server what stops sending, so that somebody can help. Only the report is sent and nothing of the
 * answer is used; where even that is refused, it is left.
 */
export async function sayStopped(db: PersonDatabase, problem: string): Promise<void> {
  const sentAt = Date.now()
  const asked = await ask(db, [], sentAt, problem)
  const { device } = asked
  if (device) await send('POST', '/sync', { ...asked, limit: 1 }).then((said) => answerTo([], said)).then(() => noteSaid(db, device, sentAt), () => undefined)
}

async function ask(db: PersonDatabase, mutations: Mutation[], sentAt: number, problem: string | null = null): Promise<ExchangeRequest> {
  const [device_id, staged, cursor, device] = await Promise.all([
    fact(db, 'device_id'), fact(db, 'staged_cursor'), fact(db, 'cursor'), reportOf(db, mutations, problem, sentAt),
  ])
  if (!device_id) throw new Error('this phone has not signed in as a device')
  const differs = await differing(db, sentAt)
  const sent_at = new Date(sentAt).toISOString()
  return { protocol: PROTOCOL, device_id, sent_at, cursor: staged ?? cursor, limit: page, mutations, device, ...(differs.length > 0 ? { differs } : {}) }
}

/** The answer, if it is one to these: a cache on the way may give that of another exchange. @throws NoContact */
function answerTo(mutations: readonly Mutation[], said: unknown): ExchangeAnswer {
  const answer = ours<ExchangeAnswer>(said, 'patch')
  const sent = new Set(mutations.map(({ id }) => id))
  if (!answer.verdicts.every(({ id }) => sent.has(id))) throw notOurs()
  return answer
}

async function exchange(asked: ExchangeRequest, carried: number): Promise<ExchangeAnswer> {
  const began = performance.now()
  try {
    const answer = answerTo(asked.mutations, await send('POST', '/sync', asked))
    if (answer.more) page = pageAfter(asked.limit, performance.now() - began)
    return answer
  } catch (fault) {
    page = FEWEST
    throw fault instanceof ApiProblem ? new RoundRefused(fault, carried) : fault
  }
}
