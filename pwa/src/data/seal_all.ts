/** Encrypting what lies in the clear: rows of a version that did not encrypt, or that an upgrade wrote. */
import type { PersonDatabase } from './db'
import { fact, setFact } from './facts'
import { inParts } from './pages'
import { SEALED_TABLES } from './sealing'

/** Reads each row and puts it back; a tab killed meanwhile begins anew. Costs one look once it is done. */
export async function sealAll(db: PersonDatabase): Promise<void> {
  if (await fact(db, 'sealed')) return
  for (const name of SEALED_TABLES) {
    const table = db.table(name)
    for (const keys of inParts(await table.toCollection().primaryKeys())) {
      await db.transaction('rw', table, async () => {
        const rows = await table.bulkGet(keys)
        await table.bulkPut(rows.filter((row) => row !== undefined))
      })
    }
  }
  await setFact(db, 'sealed', true)
}
