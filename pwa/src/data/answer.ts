/** Taking in an answer of the server: patch, verdicts and cursor in one transaction (L3, L7). */
import type { ExchangeAnswer, Verdict } from '../api/wire'
import { dispute, noteAgreement } from './agreement'
import { patchBase } from './base'
import { markBase } from './base_mark'
import { isTooLong, sentOf } from './batch'
import { isBuilding, replaceBase, stage } from './copy'
import type { OutboxEntry, OutboxState, PersonDatabase } from './db'
import { dropFact, fact, noteProgress, setFact } from './facts'
import { noteAllListed, noteListed } from './listed'
import { resendPhotos } from './photo_queue'
import { rewind } from './rewind'
import { isReadable } from './sealing'

/**
 * Take in one answer whole or not at all: the next round goes on from its cursor. After the last page of a new
 * copy that takes the place of the old; a tab killed before it has done so does it with its next answer. `sentAt` and `now`, in
 * milliseconds of this phone's clock, are the moments around the exchange.
 */
export async function takeAnswer(db: PersonDatabase, answer: ExchangeAnswer, sentAt: number, now: number): Promise<void> {
  const { number, beside } = await db.transaction('rw', db.answered, async () => {
    const [number, isNew] = await Promise.all([countAnswer(db), isBuilding(db)])
    const beside = answer.reset !== null || isNew
    await Promise.all([beside ? stage(db, answer) : patch(db, answer, number), takeVerdicts(db, answer.verdicts, number)])
    if (!beside && !answer.more) await complete(db)
    await Promise.all([resendUnseen(db, answer), noteContact(db, answer.now, (sentAt + now) / 2)])
    return { number, beside }
  })
  if (beside && !answer.more) await swap(db, number, answer.cursor)
}

/** The number of this answer, counted from 1. */
async function countAnswer(db: PersonDatabase): Promise<number> {
  const number = ((await fact(db, 'answers')) ?? 0) + 1
  await setFact(db, 'answers', number)
  return number
}

/** What a killed swap left behind goes as well. */
async function patch(db: PersonDatabase, answer: ExchangeAnswer, number: number): Promise<void> {
  const marked = answer.patch.length > 0 ? [markBase(db), noteAgreement(db, { changed: true })] : []
  await Promise.all([...marked, noteListed(db, answer.patch), setFact(db, 'cursor', answer.cursor), db.staged.clear(), patchBase(db, answer.patch, number)])
}

/** The server was reached, and all is well, but for what `agreement.ts` disputes. `middle` is the middle of the exchange by this phone's clock (P9). */
async function noteContact(db: PersonDatabase, serverNow: string, middle: number): Promise<void> {
  const skew = middle - Date.parse(serverNow)
  await noteProgress(db, { lastContact: serverNow, skew, problem: await dispute(db), stopped: false, unreachable: false, notBefore: null, busyTimes: 0 })
}

/** Base now holds the effect of every verdict that came (L3). Runs inside a transaction over outbox and facts. */
async function complete(db: PersonDatabase): Promise<void> {
  await db.outbox.where('state').equals('received').modify({ state: 'settled' })
  await noteProgress(db, { whole: true })
}

/** The new copy, whole with the answer of this number, takes the place of the old (L5). */
async function swap(db: PersonDatabase, number: number, cursor: string): Promise<void> {
  await replaceBase(db, number)
  await db.transaction('rw', [db.outbox, db.fact], async () => {
    await Promise.all([setFact(db, 'cursor', cursor), dropFact(db, 'staged_cursor'), markBase(db), noteAllListed(db)])
    await noteAgreement(db, { changed: true, fresh: true, differs: [] })
    await complete(db)
  })
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

/** What went without its arguments, for being too long, was rejected for the want of them: say why. So with what was told to be lost. */
function told(entry: OutboxEntry, verdict: Verdict): Verdict {
  if (!isReadable(entry)) return { ...verdict, verdict: 'rejected', code: 'unreadable' }
  return verdict.verdict === 'rejected' && isTooLong(entry.mutation) ? { ...verdict, code: 'too_long' } : verdict
}

async function takeVerdicts(db: PersonDatabase, verdicts: readonly Verdict[], answer: number): Promise<void> {
  const entries = await db.outbox.bulkGet(verdicts.map(({ seq }) => seq))
  const judged = entries.flatMap((entry, at) => {
    const said = verdicts[at]
    if (!entry || said === undefined || said.id !== sentOf(entry)?.id) return []
    const verdict = told(entry, said)
    return [{ ...entry, verdict, answer, state: stateBy(verdict) }]
  })
  await db.outbox.bulkPut(judged)
  await db.receipt.bulkPut(judged.flatMap(({ refs, seq, verdict }) => refs.map((ref) => ({ ref, seq, verdict }))))
}

/** A server that came back from a backup has not seen what it once judged, nor the photos sent since: send it again (L5). */
async function resendUnseen(db: PersonDatabase, { received_through, verdicts, reset }: ExchangeAnswer): Promise<void> {
  const judged = await db.outbox.where('seq').above(received_through).filter(({ verdict }) => verdict !== null).count()
  if (judged > 0) await rewind(db, received_through)
  // it had come no further before this exchange brought more
  else if (reset?.reason === 'server_restored') await resendPhotos(db, Math.min(received_through, ...verdicts.map(({ seq }) => seq - 1)))
}
