/**
 * Records in bundles: what a browser's storage asks for is time for each row, not for what is in it, so that a cheap
 * phone takes in ten thousand records as some hundred rows. A record stays in its bundle until it is deleted.
 */
import Dexie, { type Collection, type Table } from 'dexie'
import { inParts } from './pages'
import { isReadable } from './sealing'

/** A record as the server last sent it. */
export interface Bundled<T extends string = string, Value = unknown> {
  type: T
  id: string
  version: number
  value: Value
  /** The number of the answer that brought it; absent if an older version of the app took it in. */
  answer?: number
}

/** Some records of one type, and by what they are found. */
export interface Bundle {
  /** Given by the database, in the order of arrival. */
  number?: number
  tags: string[]
  rows: Bundled[]
}

/** What a record is found by beside its id, such as its dwelling. */
export type TagsOf<Value> = (value: Value) => string[]

/** What changing records comes to. */
interface Change<T extends string, Value> {
  /** What was there before. */
  before: Bundled<T, Value>[]
  write: () => Promise<void>
}

const MOST_ROWS = 20

/** Of no bundle: they are counted from 1. */
const NO_NUMBER = 0

/**
 * Bundles written at once. Of so many Dexie tells live queries that the whole table has changed; of fewer it names each
 * tag, which costs more than writing them.
 */
const AT_ONCE = 50

/** Parts that are encrypted and written side by side: what a page of new records comes to. */
const SIDE_BY_SIDE = 4

/** So many times as much may lie in a range, and reading all of it still costs less than a request for each. */
const NEAR = 4

/** All records of one type in a table of bundles, but for those in a bundle that can't be read. Each method is one transaction, or part of the caller's. */
export class Shelf<T extends string, Value> {
  constructor(private readonly table: Table<Bundle, number>, private readonly type: T, private readonly tagsOf: TagsOf<Value>) {}

  async get(id: string): Promise<Bundled<T, Value> | undefined> {
    return (await this.some([id]))[0]
  }

  /** The records of these ids that are there, in any order. */
  async some(ids: Iterable<string>): Promise<Bundled<T, Value>[]> {
    const asked = new Set(ids)
    const bundles = await this.reading(() => this.bundlesOf(asked))
    return rowsIn<T, Value>(bundles).filter(({ id }) => asked.has(id))
  }

  async all(): Promise<Bundled<T, Value>[]> {
    return rowsIn(await this.table.where('tags').equals(this.type).toArray())
  }

  /** All of them by one request, or null where they lie in more than so many bundles. */
  async few(most: number): Promise<Bundled<T, Value>[] | null> {
    const bundles = await this.table.where('tags').equals(this.type).limit(most + 1).toArray()
    return bundles.length > most ? null : rowsIn(bundles)
  }

  /** Those that `tagsOf` gives this tag. */
  async tagged(tag: string): Promise<Bundled<T, Value>[]> {
    const bundles = await this.table.where('tags').equals(this.tag(tag)).toArray()
    return rowsIn<T, Value>(bundles).filter(({ value }) => this.tagsOf(value).includes(tag))
  }

  /** Those with a tag that begins so; of more than `most` tags, those that come last in order. */
  async taggedFrom(prefix: string, most = Infinity): Promise<Bundled<T, Value>[]> {
    const bundles = await this.reading(async () => {
      const numbers = await this.table.where('tags').startsWith(this.tag(prefix)).primaryKeys()
      return this.bundlesAt(numbers.slice(Math.max(0, numbers.length - most)))
    })
    return rowsIn<T, Value>(bundles).filter(({ value }) => this.tagsOf(value).some((tag) => tag.startsWith(prefix)))
  }

  /** The last `most` of the tags that begin so, each once, the last first; with `before`, of those before it in order. */
  async lastTags(prefix: string, most = Infinity, before = `${prefix}\uffff`): Promise<string[]> {
    const among = this.table.where('tags').between(this.tag(prefix), this.tag(before), true, false)
    const tags = await among.reverse().limit(most).uniqueKeys() as string[]
    return tags.map((tag) => tag.slice(this.tag('').length))
  }

  /** All of them, in parts of some hundred. What is written meanwhile may or may not be among them. */
  async* parts(): AsyncGenerator<Bundled<T, Value>[]> {
    for await (const bundles of partsOf(this.table, this.table.where('tags').equals(this.type))) yield rowsIn(bundles)
  }

  /**
   * Put these records in the place of what is there of the same ids, and delete those of the ids in `gone`.
   *
   * @returns what was there before
   */
  async change(puts: readonly Bundled<T, Value>[], gone: readonly string[] = []): Promise<Bundled<T, Value>[]> {
    return this.table.db.transaction('rw', this.table, async () => {
      const { before, write } = await this.changing(puts, gone)
      await write()
      return before
    })
  }

  /** Look up what `change` comes to, for somebody who has more to do while it is written, in a transaction of theirs. */
  async changing(puts: readonly Bundled<T, Value>[], gone: readonly string[] = []): Promise<Change<T, Value>> {
    if (puts.length + gone.length === 0) return { before: [], write: () => Promise.resolve() }
    const now = new Map<string, Bundled<T, Value> | null>([...puts.map((row) => [row.id, row] as const), ...gone.map((id) => [id, null] as const)])
    const held = await this.bundlesOf(new Set(now.keys()))
    const before = rowsIn<T, Value>(held).filter(({ id }) => now.has(id))
    const known = new Set(before.map(({ id }) => id))
    const touched = held.filter(({ rows }) => rows.some(({ id }) => known.has(id)))
    for (const bundle of touched) bundle.rows = bundle.rows.flatMap((row) => now.get(row.id) ?? (now.has(row.id) ? [] : [row]))
    const fresh = [...now.values()].filter((row) => row !== null).filter(({ id }) => !known.has(id))
    const changed = [...touched, ...(await this.bundled(fresh, held))]
    return { before, write: () => this.write(changed) }
  }

  /** New records, in the newest bundle while it has room, then in bundles of their own. */
  private async bundled(fresh: Bundled[], held: readonly Bundle[]): Promise<Bundle[]> {
    if (fresh.length === 0) return []
    const last = await this.table.where('tags').equals(this.type).last()
    const found = last && isReadable(last) ? last : undefined
    const newest = held.find(({ number }) => number === found?.number) ?? found
    const room = newest ? Math.max(0, MOST_ROWS - newest.rows.length) : 0
    newest?.rows.push(...fresh.slice(0, room))
    const own = inParts(fresh.slice(room), MOST_ROWS).map((rows) => ({ tags: [], rows }))
    return newest && room > 0 ? [newest, ...own] : own
  }

  private async write(changed: readonly Bundle[]): Promise<void> {
    const bundles = [...new Set(changed)]
    const parts = inParts(bundles.filter(({ rows }) => rows.length > 0), AT_ONCE)
    for (const those of inParts(parts, SIDE_BY_SIDE)) await Promise.all(those.map((part, before) => this.writePart(part, before)))
    await this.table.bulkDelete(bundles.flatMap(({ number, rows }) => (rows.length === 0 && number !== undefined ? [number] : [])))
  }

  /** Each part begins a request after the one before: it is encrypted while that one is on its way to the disk, and in between the screen gets its turn. */
  private async writePart(part: readonly Bundle[], before: number): Promise<void> {
    for (let waited = 0; waited < before; waited += 1) await this.table.get(NO_NUMBER)
    await this.table.bulkPut(part.map((bundle) => ({ ...bundle, tags: this.tagsOn(bundle) })))
  }

  private tagsOn({ rows }: Bundle): string[] {
    const tags = new Set<string>([this.type])
    for (const { id, value } of rows) {
      tags.add(this.idTag(id))
      for (const tag of this.tagsOf(value as Value)) tags.add(this.tag(tag))
    }
    return [...tags]
  }

  private readonly idTag = (id: string): string => `${this.type}#${id}`

  private readonly tag = (tag: string): string => `${this.type}/${tag}`

  /** The bundles that hold any of these ids, and perhaps some beside. */
  private async bundlesOf(ids: ReadonlySet<string>): Promise<Bundle[]> {
    const tags = [...ids].sort().map(this.idTag)
    const [first, last] = [tags[0], tags[tags.length - 1]]
    if (first === last) return first ? (await this.table.where('tags').equals(first).toArray()).filter(isReadable) : []
    const range = this.table.where('tags').between(first, last, true, true)
    const isDense = (await range.count()) <= NEAR * tags.length
    return this.bundlesAt(isDense ? await range.primaryKeys() : await this.numbersOf(tags))
  }

  private async numbersOf(tags: readonly string[]): Promise<number[]> {
    return (await Promise.all(tags.map((tag) => this.table.where('tags').equals(tag).primaryKeys()))).flat()
  }

  /** The bundles of these numbers, each once. */
  private async bundlesAt(numbers: readonly number[]): Promise<Bundle[]> {
    const asked = new Set(numbers)
    const inOrder = [...asked].sort((one, other) => one - other)
    const [first = 0, last = 0] = [inOrder[0], inOrder[inOrder.length - 1]]
    const isDense = last - first < 2 * inOrder.length
    const found: Collection<Bundle, number> = this.table.where(':id').between(first, last, true, true)
    const bundles = isDense && inOrder.length > 0 ? await found.toArray() : await this.table.bulkGet(inOrder)
    return readable(bundles).filter(({ number = 0 }) => asked.has(number))
  }

  /** Requests that must see one state of the table. */
  private async reading<Result>(ask: () => Promise<Result>): Promise<Result> {
    return Dexie.currentTransaction ? ask() : this.table.db.transaction('r', this.table, ask)
  }
}

/** All bundles of a table, or those of a collection, in parts. */
export async function* partsOf(table: Table<Bundle, number>, among: { primaryKeys: () => Promise<number[]> } = table.toCollection()): AsyncGenerator<Bundle[]> {
  for (const numbers of inParts(await among.primaryKeys())) yield readable(await table.bulkGet(numbers))
}

const readable = (bundles: readonly (Bundle | undefined)[]): Bundle[] => bundles.filter((bundle) => bundle !== undefined).filter(isReadable)

const rowsIn = <T extends string, Value>(bundles: readonly Bundle[]): Bundled<T, Value>[] => readable(bundles).flatMap(({ rows }) => rows as Bundled<T, Value>[])
