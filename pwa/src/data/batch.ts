/** What waits to be sent, cut into batches that one exchange can carry (PROTOCOL.md, Refusing), measured in bytes. */
import type { Mutation } from '../api/wire'
import type { OutboxEntry, PersonDatabase } from './db'
import { lastSeq } from './facts'
import { loss } from './lost'
import { allIn, UNJUDGED } from './outbox'
import { isReadable } from './sealing'

/** The server takes 1 MiB as sent. So much of it is mutations, compressed or not; the rest is room for the envelope. */
const MOST_BYTES = 900 * 1024

/** No mutation the server would accept is nearly as long: its longest texts are 5,000 characters. */
const LONGEST = 256 * 1024

const bytesOf = (mutation: Mutation): number => new TextEncoder().encode(JSON.stringify(mutation)).length

export const isTooLong = (mutation: Mutation): boolean => bytesOf(mutation) > LONGEST

/**
 * A mutation as it is sent. One that is too long for any exchange must not hold up those behind it: it goes
 * without its arguments, is rejected, and keeps its words on this phone for its author to read.
 */
const onTheWire = (mutation: Mutation): Mutation => (isTooLong(mutation) ? { ...mutation, args: {} } as Mutation : mutation)

/** The first of these that fit into one exchange, as they are sent: at most `most`. */
function cut(mutations: readonly Mutation[], most: number): Mutation[] {
  let bytes = 0
  const sent = mutations.slice(0, most).map(onTheWire)
  const over = sent.findIndex((mutation) => (bytes += bytesOf(mutation)) > MOST_BYTES)
  return over === -1 ? sent : sent.slice(0, over)
}

/** What the server gets of an entry: of one that this phone can't read, that it is lost, so that it is no gap before the others (P4). */
export const sentOf = (entry: OutboxEntry): Mutation | undefined => (isReadable(entry) ? entry.mutation : entry.lost)

function onItsWay(entry: OutboxEntry): OutboxEntry {
  if (!isReadable(entry)) return { ...entry, state: 'sending', fresh: false, lost: entry.lost ?? loss({ from: entry.seq, last: entry.seq }) }
  return entry.state === 'handed' ? entry : { ...entry, state: 'sending', fresh: false, lost: undefined, verdict: null }
}

/** Take the oldest unjudged intentions that fit, in order of `seq` (P4), and mark those that the server does not have as on their way. */
export async function takeBatch(db: PersonDatabase, size: number): Promise<Mutation[]> {
  return db.transaction('rw', db.outbox, async () => {
    const unjudged = [...(await foundAgain(db)), ...(await allIn(db, UNJUDGED))].map(onItsWay)
    const batch = cut(unjudged.flatMap((entry) => sentOf(entry) ?? []), size)
    await db.outbox.bulkPut(unjudged.slice(0, batch.length).filter(({ state }) => state === 'sending'))
    return batch
  })
}

/** What was told to be lost and can be read after all; the server takes it at its old place. By their places first: a cursor sees rows as they lie. */
async function foundAgain(db: PersonDatabase): Promise<OutboxEntry[]> {
  const places = await db.outbox.where('state').equals('refused').filter(({ lost }) => lost !== undefined).primaryKeys()
  return (await db.outbox.bulkGet(places)).flatMap((entry) => (entry && isReadable(entry) ? [entry] : []))
}

/** When the oldest unjudged intention was made, by this phone's clock, leaving out the first `carried`; null also where it lies encrypted. */
export async function oldestUnsent(db: PersonDatabase, carried: number): Promise<string | null> {
  const places = await db.outbox.where('state').anyOf(UNJUDGED).primaryKeys()
  const first = places.sort((one, other) => one - other)[carried]
  if (first === undefined) return null
  const oldest: Partial<OutboxEntry> | undefined = await db.outbox.get(first)
  return oldest?.mutation?.at ?? null
}

/** How many settled intentions a phone keeps, to send again to a server that came back from a backup (L5). */
const KEPT = 3000

/** Forget intentions settled long ago. */
export async function forgetSettled(db: PersonDatabase): Promise<void> {
  const old = db.outbox.where('seq').belowOrEqual((await lastSeq(db)) - KEPT)
  await old.filter(({ state }) => state === 'settled').delete()
}
