/** Bringing the database of an older version of the app up to this one. The outbox is never touched. */
import Dexie, { type Transaction } from 'dexie'

/** Records that waited in `elsewhere` for a version that knows their type move to their own table. */
export async function adopt(upgrade: Transaction, type: string): Promise<void> {
  const waiting = upgrade.table('elsewhere').where('[type+id]').between([type, Dexie.minKey], [type, Dexie.maxKey])
  const rows = await waiting.toArray() as { id: string; version: number; value: unknown }[]
  await upgrade.table(type).bulkPut(rows.map(({ id, version, value }) => ({ id, version, value })))
  await waiting.delete()
}
