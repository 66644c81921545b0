/** Boards that an older version of the app kept do not say which dwellings stand empty. */
import { keepBoards } from './boards'
import type { PersonDatabase } from './db'
import type { Turn } from './digest'
import { fact, setFact } from './facts'

/** Costs one look once it is done. */
export async function noteVacancies(db: PersonDatabase): Promise<void> {
  if (await fact(db, 'vacancies')) return
  await db.transaction('rw', [db.bundle, db.board, db.fact], async () => {
    const homes = await db.base('dwelling').all()
    await keepBoards(db, homes.map(({ id, value }): Turn => ({ type: 'dwelling', id, before: value, after: value })))
    await setFact(db, 'vacancies', true)
  })
}
