/** The first page of the day: what waits for me, and whose door to knock on. */
import Dexie from 'dexie'
import { casesIn } from './cases'
import type { PersonDatabase } from './db'
import type { Digest } from './digest'
import { dayOf, isDue, type DueRank } from './due'
import { here } from './here'
import { dwellingLabels } from './labels'
import { overlay } from './overlay'
import { overlaidDigests } from './overlay_digest'
import { stateOf } from './sync_state'
import type { DueDwelling, DueReason, Today } from './types'

const FIRST = 20
const RANKS: DueRank[] = ['a_promised', 'b_care', 'c_routine']

export async function today(): Promise<Today> {
  const at = await here()
  const over = await overlay(at)
  const changed = await overlaidDigests(at.db, over)
  const day = dayOf(Date.now())
  const known = await firstDue(at.db, day, FIRST + changed.size)
  const digests = [...known.filter(({ id }) => !changed.has(id)), ...[...changed.values()].map(({ after }) => after)]
  return {
    waiting: await casesIn(at, over, 'waiting'),
    due: await say(at.db, digests.filter((digest) => isDue(digest, day)).sort(mostDue).slice(0, FIRST)),
    sync: await stateOf(at, over),
  }
}

/** The digests due by `day`: promised visits first, then care, then routine; the longest due first. */
async function firstDue({ digest }: PersonDatabase, day: string, most: number): Promise<Digest[]> {
  const dueBy = digest.where('[due_rank+due_on]').inAnyRange(RANKS.map((rank) => [[rank, Dexie.minKey], [rank, day]]), { includeUppers: true })
  return dueBy.limit(most).toArray()
}

const order = ({ due_rank = 'c_routine', due_on = '' }: Digest): string => due_rank + due_on

const mostDue = (one: Digest, other: Digest): number => order(one).localeCompare(order(other))

function reasonOf({ due_rank, visited_at }: Digest): DueReason {
  if (due_rank === 'a_promised') return 'promised'
  if (due_rank === 'b_care') return 'care'
  return visited_at ? 'long_ago' : 'never'
}

async function say(db: PersonDatabase, digests: Digest[]): Promise<DueDwelling[]> {
  const labels = await dwellingLabels(db, digests.map(({ id }) => id))
  return digests.map((digest) => ({
    dwelling_id: digest.id,
    label: labels.get(digest.id) ?? '',
    reason: reasonOf(digest),
    due_on: digest.due_on || null,
    last_visited_on: digest.visited_at ? dayOf(digest.visited_at) : null,
  }))
}
