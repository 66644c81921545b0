/** Going through a whole table without holding the screen, or all of it in memory. */
import Dexie, { type Table } from 'dexie'

/** Rows read at once: one request, and some milliseconds of a cheap phone's time. */
export const PAGE = 500

/** Rows written or looked up at once, each of which is a request. */
const PART = 25

/** All rows in the order of their keys, a page at a time. What is written meanwhile may or may not be among them. */
export async function* pagesOf<Row, Key>(table: Table<Row, Key>, keyOf: (row: Row) => Key): AsyncGenerator<Row[]> {
  let last: unknown = Dexie.minKey
  for (let full = true; full;) {
    const page = await table.where(':id').above(last).limit(PAGE).toArray()
    if (page.length > 0) yield page
    full = page.length === PAGE
    if (full) last = keyOf(page[PAGE - 1] as Row)
  }
}

/** All keys in order, a page at a time. */
export async function* keysOf<Row, Key>(table: Table<Row, Key>): AsyncGenerator<Key[]> {
  let last: unknown = Dexie.minKey
  for (let full = true; full;) {
    const page = await table.where(':id').above(last).limit(PAGE).primaryKeys()
    if (page.length > 0) yield page
    full = page.length === PAGE
    last = page[page.length - 1]
  }
}

/** A list in small parts. */
export function inParts<Item>(items: readonly Item[], size = PART): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}
