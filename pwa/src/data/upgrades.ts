/** Bringing the database of an older version of the app up to this one. The outbox is never touched. */
import Dexie, { type Table, type Transaction } from 'dexie'
import type { Dwelling, RecordType } from '../api/records'
import { Shelf, type Bundle, type Bundled } from './bundles'
import { doorOf, withDue, type Digest } from './digest'
import { PAGE } from './pages'
import { TAGS } from './tags'

/** Records that waited in `elsewhere` for a version that knows their type move to their own table. */
export async function adopt(upgrade: Transaction, type: string): Promise<void> {
  const waiting = upgrade.table('elsewhere').where('[type+id]').between([type, Dexie.minKey], [type, Dexie.maxKey])
  const rows = await waiting.toArray() as { id: string; version: number; value: unknown }[]
  await upgrade.table(type).bulkPut(rows.map(({ id, version, value }) => ({ id, version, value })))
  await waiting.delete()
}

/** Version 3: a row for each record becomes bundles, a digest for each dwelling becomes boards. A copy that was being built is begun anew. */
export async function bundleUp(upgrade: Transaction, types: readonly RecordType[]): Promise<void> {
  const doors = new Map<string, Digest['door']>()
  for (const type of types) {
    await move(upgrade, type, (rows) => {
      if (type === 'dwelling') for (const { id, value } of rows) doors.set(id, doorOf(value as Dwelling))
    })
  }
  const homes = (await upgrade.table<Digest>('digest').toArray()).map((digest) => withDue({ ...digest, door: doors.get(digest.id) }))
  const buildings = [...new Set(homes.map(({ building_id }) => building_id))]
  await upgrade.table('board').bulkPut(buildings.map((id) => ({ building_id: id, homes: homes.filter(({ building_id }) => building_id === id) })))
  await upgrade.table('fact').delete('staged_cursor')
}

type OldRow = Pick<Bundled, 'id' | 'version' | 'value' | 'answer'>

async function move(upgrade: Transaction, type: RecordType, tell: (rows: OldRow[]) => void): Promise<void> {
  const shelf = new Shelf<string, never>(upgrade.table('bundle') as Table<Bundle, number>, type, TAGS[type])
  const old = upgrade.table<OldRow, string>(type)
  for (let last: unknown = Dexie.minKey, full = true; full;) {
    const rows = await old.where(':id').above(last).limit(PAGE).toArray()
    tell(rows)
    await shelf.change(rows.map(({ id, version, value, answer }) => ({ type, id, version, value: value as never, ...(answer !== undefined && { answer }) })))
    full = rows.length === PAGE
    last = rows[rows.length - 1]?.id
  }
}
