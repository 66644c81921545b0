import Dexie from 'dexie'
import { expect, test } from 'vitest'
import { conflicts, draft, dwelling, outbox, syncState } from '../src/data'
import { PersonDatabase } from '../src/data/db'
import { setCurrent } from '../src/data/phone'
import { accountOf } from './phone'
import { grid, post } from './community'
import old from './fixtures/version-1.json'

/** Whoever installed version 1 and comes back after months without an update. */
async function veteran(id: string): Promise<PersonDatabase> {
  const phone = new Dexie(`qiaomen-${id}`)
  phone.version(1).stores(old.stores)
  for (const [table, rows] of Object.entries(old.rows)) await phone.table(table).bulkAdd(rows)
  phone.close()
  await setCurrent({ ...accountOf(id, [post(grid, 'grid_worker')]), person_id: id, person: { id: 'li', name: '李明', username: 'li' } })
  return new PersonDatabase(id)
}

test('a database of version 1 opens with its outbox, drafts and photos as they were', async () => {
  const db = await veteran('veteran-1')
  expect(await db.outbox.toArray()).toEqual(old.rows.outbox)
  expect(await db.photo.toArray()).toEqual(old.rows.photo)
  expect(await db.fact.toArray()).toEqual([...old.rows.fact].sort((one, other) => one.key.localeCompare(other.key)))
  expect(await draft('visit:d502')).toEqual({ summary: '刚说到一半' })
  db.close()
})

test('conflicts that version 1 could only keep are found in their table, and nowhere else', async () => {
  const db = await veteran('veteran-2')
  const [conflict, shift] = old.rows.elsewhere
  expect(await db.base('conflict').toArray()).toEqual([{ id: 'k1', version: 9, value: conflict?.value }])
  expect(await db.elsewhere.toArray()).toEqual([shift])
  db.close()
})

test('what was on its way to a phone of version 1 is shown after the update, once', async () => {
  await veteran('veteran-3').then((db) => { db.close() })
  expect((await dwelling('d502'))?.visits.map(({ value, where }) => [value.summary, where])).toEqual([['电梯里写的', 'sending'], ['灯泡坏了', 'received']])
  expect((await outbox()).rows.map(({ seq }) => seq)).toEqual([4, 3, 2, 1])
  expect(await syncState()).toMatchObject({ unsent: 1, photosUnsent: 1, refused: 1 })
  expect(await conflicts()).toHaveLength(1)
})
