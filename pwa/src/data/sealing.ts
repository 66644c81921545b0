/**
 * Rows at rest: what people said, and who they are, lies on the disk encrypted. In the clear stay the keys of rows
 * and what they are found by: ids, days, states. One layer beneath Dexie does it, so that nothing above knows. A row whose
 * ciphertext doesn't open, though the key is at hand, holds up no other: it is read as it lies, and put back so.
 */
import Dexie, { type DBCore, type DBCoreTable, type DBCoreTransaction, type Middleware } from 'dexie'
import { decrypt, encrypt } from './cipher'
import { keptOpen } from './kept_open'

/** What of each table is encrypted: fields, as one JSON text, or a field of bytes. */
const SEALED: Record<string, { fields: readonly string[] } | { bytes: string }> = {
  bundle: { fields: ['rows'] },
  board: { fields: ['homes'] },
  staged: { fields: ['rows'] },
  elsewhere: { fields: ['value'] },
  outbox: { fields: ['mutation', 'seen'] },
  draft: { fields: ['value'] },
  photo: { bytes: 'bytes' },
  photo_copy: { bytes: 'bytes' },
  duty: { fields: ['value'] },
  phrases: { fields: ['words'] },
}

export const SEALED_TABLES = Object.keys(SEALED)

/** A row as it lies: `sealed` is the ciphertext of what its table encrypts. One from before there was a key has none. */
export type StoredRow = Record<string, unknown> & { sealed?: ArrayBuffer }

/** Whether a row was read, and not left as it lies. */
export const isReadable = (row: object): boolean => !('sealed' in row)

/**
 * The layer that encrypts with the key that `keyOf` gives, which throws where none is at hand. It is the lowest one:
 * caches above it hold plain rows, in memory. A cursor sees rows as they lie, so it serves keys and states only.
 * Tables in which it met a row that doesn't open are put into `broken`.
 */
export const sealing = (keyOf: () => CryptoKey, broken: Set<string>): Middleware<DBCore> => ({
  stack: 'dbcore',
  name: 'sealing',
  level: -10,
  create: (core) => ({
    ...core,
    table: (name) => (SEALED[name] ? sealingTable(core.table(name), keyOf, broken) : core.table(name)),
  }),
})

type Rows = readonly (StoredRow | undefined)[]

function sealingTable(table: DBCoreTable, keyOf: () => CryptoKey, broken: Set<string>): DBCoreTable {
  const { name } = table
  /** What was asked for last in a transaction, until it is encrypted: rows reach the table in the order in which they are put. */
  const last = new WeakMap<DBCoreTransaction, PromiseLike<unknown>>()
  const unsealRow: typeof sealRow = (_name, row, key) => opened(name, row, key).catch(() => {
    broken.add(name)
    return row
  })
  const each = (trans: DBCoreTransaction, rows: Rows, work: typeof sealRow): Promise<Rows> => {
    const key = keyOf()
    return keptOpen((trans as IDBTransaction).objectStore(name), () => Promise.all(rows.map(async (row) => row && work(name, row, key))))
  }
  const unsealed = (trans: DBCoreTransaction, rows: Rows) => (rows.some((row) => row?.sealed) ? each(trans, rows, unsealRow) : rows)
  return {
    ...table,
    get: (asked) => table.get(asked).then((row) => unsealed(asked.trans, [row])).then(([row]) => row),
    getMany: (asked) => table.getMany(asked).then((rows) => unsealed(asked.trans, rows) as StoredRow[]),
    query: (asked) => table.query(asked).then(({ result }) => (asked.values ? unsealed(asked.trans, result) : result)).then((result) => ({ result: result as StoredRow[] })),
    mutate: (asked) => {
      if (!('values' in asked) || isUpgrade(asked.trans)) return table.mutate(asked)
      const { trans } = asked
      const sealed = Dexie.Promise.all([each(trans, asked.values, sealRow), last.get(trans)]).then(([values]) => values)
      last.set(trans, sealed)
      return sealed.then((values) => table.mutate({ ...asked, values }))
    },
  }
}

/** A new version of the app brings the database up before anybody could unlock it; what it writes is sealed later (`seal_all.ts`). */
const isUpgrade = (trans: DBCoreTransaction): boolean => (trans as IDBTransaction).mode === 'versionchange'

async function sealRow(table: string, row: StoredRow, key: CryptoKey): Promise<StoredRow> {
  if (!isReadable(row)) return row
  const [clear, secret] = parted(table, row)
  return { ...clear, sealed: await encrypt(key, secret, table) }
}

function parted(table: string, row: StoredRow): [clear: StoredRow, secret: BufferSource] {
  const how = SEALED[table] ?? { fields: [] }
  const hidden = 'bytes' in how ? [how.bytes] : how.fields
  const clear = Object.fromEntries(Object.entries(row).filter(([field]) => !hidden.includes(field)))
  if ('bytes' in how) return [clear, row[how.bytes] as ArrayBuffer]
  return [clear, new TextEncoder().encode(JSON.stringify(Object.fromEntries(hidden.map((field) => [field, row[field]]))))]
}

async function opened(table: string, { sealed, ...clear }: StoredRow, key: CryptoKey): Promise<StoredRow> {
  if (!sealed) return clear
  const [how, plain] = [SEALED[table], await decrypt(key, sealed, table)]
  if (how && 'bytes' in how) return { ...clear, [how.bytes]: plain }
  return { ...clear, ...(JSON.parse(new TextDecoder().decode(plain)) as StoredRow) }
}
