/** Forgetting what the server can send again. Apart from `leaving.ts`, for the lock comes with the first screen. */
import { markBase } from './base_mark'
import type { PersonDatabase } from './db'
import { dropFact, noteProgress } from './facts'

/** What is dropped where a row of it can't be read: only whole does it say the same as the server. */
const MENDED_WHOLE = ['bundle', 'board', 'elsewhere', 'staged']

/** Drop base where this tab has met a row of it that can't be read. @returns whether it was */
export async function dropBroken(db: PersonDatabase): Promise<boolean> {
  const isBroken = MENDED_WHOLE.some((table) => db.broken.has(table))
  db.broken.clear()
  if (isBroken) await dropBase(db)
  return isBroken
}

/** All that the server once sent goes at once; the outbox and its photos stay. A later round would fetch anew. */
export async function dropBase(db: PersonDatabase): Promise<void> {
  await db.transaction('rw', [...db.answered, db.photo_copy, db.duty, db.duty_list], async () => {
    await Promise.all([db.bundle, db.board, db.elsewhere, db.staged, db.photo_copy, db.duty, db.duty_list].map((table) => table.clear()))
    await db.photo.where('state').equals('sent').delete()
    await markBase(db)
    await dropFact(db, 'cursor')
    await dropFact(db, 'listed')
    await dropFact(db, 'listed_trail')
    await dropFact(db, 'staged_cursor')
    await noteProgress(db, { whole: false })
  })
}
