/** Boards that an older version of the app kept lack what it did not know, and name what fell due by its rules. */
import { keepBoards } from './boards'
import type { PersonDatabase } from './db'
import type { Turn } from './digest'
import { fact, setFact } from './facts'

/** Another number whenever `digest.ts` or `due.ts` make something else of the same records. */
const RULES = 1

/** Costs one look once it is done. */
export async function renewBoards(db: PersonDatabase): Promise<void> {
  if ((await fact(db, 'board_rules')) === RULES) return
  await db.transaction('rw', [db.bundle, db.board, db.fact], async () => {
    const homes = await db.base('dwelling').all()
    const shut = (await db.base('visit').all()).filter(({ value }) => value.kind === 'no_answer')
    await keepBoards(db, [
      ...homes.map(({ id, value }): Turn => ({ type: 'dwelling', id, before: value, after: value })),
      // Older versions took it for any other visit (VERSIONS.md)
      ...shut.map(({ id, value }): Turn => ({ type: 'visit', id, before: { ...value, kind: 'other' }, after: value })),
    ])
    await setFact(db, 'board_rules', RULES)
  })
}
