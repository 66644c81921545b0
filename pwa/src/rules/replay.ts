/** What the screen shows is base + outbox replayed (PROTOCOL.md, "The idea"). */
import type { RecordType, Records } from '../api/records'
import type { Mutation } from '../api/wire'
import type { Change } from './change'
import { createdBy, effectOf } from './effects'
import type { Author, Look } from './scene'

/** A mutation to replay. Of a refused one only the records nobody else has are shown: its author's words. */
export interface Pending {
  mutation: Mutation
  /** Its tap by the server's clock, UTC, as far as that is known. */
  at: string
  refused: boolean
  /** Of an edit: the fields it changes as its author saw them. */
  seen?: Readonly<Record<string, unknown>>
  /** Whether a record of base already has what this did to it: the server judged it, and sent the record since (L3). */
  held?: (type: RecordType, id: string) => boolean
}

/** A record as the outbox leaves it, and the pending mutation that last changed it. */
export type Replayed<P extends Pending> = Change & { by: P }

const keyOf = (type: RecordType, id: string) => `${type}:${id}`

/**
 * Replay pending mutations, in the order given, over the records `base` knows. Pure: the same base and the
 * same mutations give the same records. What base already holds of a mutation is left out: the server's words
 * have arrived, and nothing is replayed twice.
 */
export function replay<P extends Pending>(base: Look, author: Author, pending: readonly P[]): Map<string, Replayed<P>> {
  const after = new Map<string, Replayed<P>>()
  const look: Look = <T extends RecordType>(type: T, id: string) => {
    const change = after.get(keyOf(type, id))
    return change ? (change.value as Records[T] | null) ?? undefined : base(type, id)
  }
  for (const one of pending.filter(({ mutation }) => !arrived(mutation, base))) {
    const changes = effectOf(one.mutation, { author, at: one.at, look, seen: one.seen })
    const shown = changes.filter(({ type, id }) => !one.held?.(type, id) && !(one.refused && look(type, id)))
    for (const change of shown) after.set(keyOf(change.type, change.id), { ...change, by: one })
  }
  return after
}

function arrived(mutation: Mutation, base: Look): boolean {
  const record = createdBy(mutation)
  return record !== null && base(record.type, record.id) !== undefined
}
