/** Taking in an answer of the server: patch, verdicts and cursor in one transaction (L3, L7). */
import type { ExchangeAnswer, PatchEntry, Verdict } from '../api/wire'
import { patchBase } from './base'
import { RECORD_TYPES, type OutboxState, type PersonDatabase } from './db'
import { dropFact, fact, noteProgress, setFact } from './facts'
import { rewind } from './rewind'

/**
 * Take in one answer whole or not at all: the next round goes on from its cursor. `sentAt` and `now`, in
 * milliseconds of this phone's clock, are the moments around the exchange.
 */
export async function takeAnswer(db: PersonDatabase, answer: ExchangeAnswer, sentAt: number, now: number): Promise<void> {
  await db.transaction('rw', db.answered, async () => {
    const beside = answer.reset !== null || (await fact(db, 'staged_cursor')) !== null
    await (beside ? stage(db, answer) : patchBase(db, answer.patch))
    if (!beside) await setFact(db, 'cursor', answer.cursor)
    await takeVerdicts(db, answer.verdicts)
    if (!answer.more) await complete(db, beside ? answer.cursor : null)
    await resendUnseen(db, answer.received_through)
    await noteContact(db, answer.now, (sentAt + now) / 2)
  })
}

/** The server was reached, and all is well. `middle` is the middle of the exchange by this phone's clock (P9). */
function noteContact(db: PersonDatabase, serverNow: string, middle: number): Promise<void> {
  const skew = middle - Date.parse(serverNow)
  return noteProgress(db, { lastContact: serverNow, skew, problem: null, stopped: false, unreachable: false, notBefore: null })
}

/** Put a page of the new copy beside the old (L5). A `reset` starts the new copy with its own page. */
async function stage(db: PersonDatabase, answer: ExchangeAnswer): Promise<void> {
  if (answer.reset) await db.staged.clear()
  const puts = answer.patch.flatMap((entry) => (entry.op === 'put' ? [entry] : []))
  await db.staged.bulkPut(puts.map(({ type, id, version, value }) => ({ type, id, version, value })))
  await db.staged.bulkDelete(answer.patch.flatMap((entry): [string, string][] => (entry.op === 'del' ? [[entry.type, entry.id]] : [])))
  await setFact(db, 'staged_cursor', answer.cursor)
}

/** Base now holds the effect of every verdict that came (L3). */
async function complete(db: PersonDatabase, stagedCursor: string | null): Promise<void> {
  if (stagedCursor !== null) await swap(db, stagedCursor)
  await db.outbox.where('state').equals('received').modify({ state: 'settled' })
  await noteProgress(db, { whole: true })
}

/** The new copy is whole and takes the place of the old. */
async function swap(db: PersonDatabase, cursor: string): Promise<void> {
  await Promise.all([...RECORD_TYPES.map((type) => db.base(type).clear()), db.digest.clear(), db.elsewhere.clear()])
  const rows = await db.staged.toArray()
  await patchBase(db, rows.map((row) => ({ op: 'put', ...row }) as PatchEntry))
  await setFact(db, 'cursor', cursor)
  await dropFact(db, 'staged_cursor')
  await db.staged.clear()
}

/** What becomes of a mutation by its verdict (P6). */
const BECOMES: Record<Verdict['verdict'], OutboxState> = {
  applied: 'received',
  merged: 'received',
  superseded: 'refused',
  rejected: 'refused',
  quarantined: 'refused',
}

/** A verdict this version does not know is shown to the author, never taken for done. */
const stateBy = ({ verdict }: Verdict): OutboxState => (BECOMES as Partial<typeof BECOMES>)[verdict] ?? 'refused'

async function takeVerdicts(db: PersonDatabase, verdicts: readonly Verdict[]): Promise<void> {
  const entries = await db.outbox.bulkGet(verdicts.map(({ seq }) => seq))
  const judged = entries.flatMap((entry, at) => {
    const verdict = verdicts[at]
    return entry && verdict && verdict.id === entry.mutation.id ? [{ ...entry, verdict, state: stateBy(verdict) }] : []
  })
  await db.outbox.bulkPut(judged)
  await db.receipt.bulkPut(judged.flatMap(({ refs, seq, verdict }) => refs.map((ref) => ({ ref, seq, verdict }))))
}

/** A server that came back from a backup has not seen what it once judged: send it again (L5). */
async function resendUnseen(db: PersonDatabase, receivedThrough: number): Promise<void> {
  const judged = await db.outbox.where('seq').above(receivedThrough).filter(({ verdict }) => verdict !== null).count()
  if (judged > 0) await rewind(db, receivedThrough)
}
