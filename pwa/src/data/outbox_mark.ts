/** A mark on the outbox: another one with each change, whoever makes it, so that what is kept in memory of it is known to be old. */
import Dexie, { type DBCore, type DBCoreMutateRequest, type DBCoreTable, type DBCoreTransaction, type Middleware } from 'dexie'
import { v7 as newId } from 'uuid'

const OUTBOX = 'outbox'
const FACT = 'fact'

/** The layer that writes the fact `outbox_mark` in each transaction that changes the outbox. Above Dexie's own that tells live queries. */
export const marking: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'marking',
  level: 0.5,
  create: (core) => ({
    ...core,
    transaction: (stores, mode, options) => core.transaction(mode === 'readwrite' ? withFact(stores) : stores, mode, options),
    table: (name) => (name === OUTBOX ? markedTable(core.table(OUTBOX), core.table(FACT)) : core.table(name)),
  }),
}

const withFact = (stores: string[]): string[] => (stores.includes(OUTBOX) ? [...new Set([...stores, FACT])] : stores)

function markedTable(outbox: DBCoreTable, facts: DBCoreTable): DBCoreTable {
  const marked = new WeakSet<DBCoreTransaction>()
  const mark = (trans: DBCoreTransaction) => {
    marked.add(trans)
    return facts.mutate({ type: 'put', trans, values: [{ key: 'outbox_mark', value: newId() }] })
  }
  // Both at once: what a worker saves is on the disk the sooner
  const both = (asked: DBCoreMutateRequest) => Dexie.Promise.all([outbox.mutate(asked), mark(asked.trans)]).then(([done]) => done)
  return { ...outbox, mutate: (asked) => (isNothing(asked) || marked.has(asked.trans) ? outbox.mutate(asked) : both(asked)) }
}

/** An answer without verdicts puts none: nothing has changed. */
function isNothing(asked: DBCoreMutateRequest): boolean {
  if (asked.type === 'deleteRange') return false
  return (asked.type === 'delete' ? asked.keys : asked.values).length === 0
}
