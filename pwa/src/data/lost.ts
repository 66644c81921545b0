/** Telling the server that this phone no longer has, or can't read, what stood at some places of its queue (P4). */
import { v7 as newId } from 'uuid'
import type { Mutation } from '../api/wire'
import type { OutboxEntry } from './db'

/** Places of the queue, the first and the last. */
export interface Hole {
  from: number
  last: number
}

/** Stands at the last place of a hole and speaks for those before it. */
export const loss = ({ from, last }: Hole): Mutation => ({
  id: newId(), seq: last, at: new Date().toISOString(), name: 'outbox.lost', base: null, args: { from, to: Math.max(from, last - 1) },
})

/** The same as it waits to be sent. */
export const waitingLoss = (hole: Hole): OutboxEntry => ({ seq: hole.last, state: 'waiting', mutation: loss(hole), refs: [], verdict: null })
