/** Digests with the outbox laid over: the visits and cases this phone has not yet had confirmed. */
import type { Case, Visit } from '../api/records'
import type { PersonDatabase } from './db'
import { blank, dwellingsOfTurn, fold, type Digest, type Turn } from './digest'
import type { Overlay } from './overlay'

/** A digest as base has it, and as the screen should show it. */
export interface DigestTurn {
  before: Digest
  after: Digest
}

/** The digests the outbox changes, by dwelling. Refused changes count for nothing. */
export async function overlaidDigests(db: PersonDatabase, over: Overlay): Promise<Map<string, DigestTurn>> {
  const turns = await turnsOf(db, over)
  const ids = [...new Set(turns.flatMap(dwellingsOfTurn))]
  const rows = await db.digest.bulkGet(ids)
  return new Map(ids.map((id, at) => {
    const before = rows[at] ?? blank(id)
    const concerned = turns.filter((turn) => dwellingsOfTurn(turn).includes(id))
    return [id, { before, after: concerned.reduce(fold, before) }]
  }))
}

async function turnsOf(db: PersonDatabase, over: Overlay): Promise<Turn[]> {
  const visits = over.all('visit').filter(({ by }) => !by.refused)
  const cases = over.all('case').filter(({ by }) => !by.refused)
  const before = await db.base('case').bulkGet(cases.map(({ id }) => id))
  return [
    ...visits.map(({ id, value }): Turn => ({ type: 'visit', id, before: null, after: value satisfies Visit })),
    ...cases.map(({ id, value }, at): Turn => ({ type: 'case', id, before: before[at]?.value ?? null, after: value satisfies Case })),
  ]
}
