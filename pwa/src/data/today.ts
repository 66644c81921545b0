/** The first page of the day: what waits for me, and whose door to knock on. */
import { casesIn } from './cases'
import type { Digest } from './digest'
import { dayOf, isDue, reasonOf } from './due'
import { here, type Here } from './here'
import { dwellingLabels } from './labels'
import { overlay, type Overlay } from './overlay'
import { homesShown } from './overlay_digest'
import type { DueDwelling, Today } from './types'

const FIRST = 20

export async function today(): Promise<Today> {
  const at = await here()
  const over = await overlay(at)
  const [waiting, due] = await at.db.reading(() => Promise.all([casesIn(at, over, 'waiting'), dueNow(at, over)]))
  return { waiting, ...due }
}

async function dueNow(at: Here, over: Overlay): Promise<Pick<Today, 'due' | 'due_in_all'>> {
  const day = dayOf(Date.now())
  const homes = (await homesShown(at, over)).filter((digest) => isDue(digest, day))
  return { due: await say(at, over, homes.sort(mostDue).slice(0, FIRST)), due_in_all: homes.length }
}

const order = ({ due_rank = 'c_routine', due_on = '' }: Digest): string => due_rank + due_on

/** Promised visits first, then care, then routine; the longest due first. */
function mostDue(one: Digest, other: Digest): number {
  const [first, second] = [order(one), order(other)]
  return first < second ? -1 : Number(first > second)
}

async function say(at: Here, over: Overlay, digests: Digest[]): Promise<DueDwelling[]> {
  const labels = await dwellingLabels(at, over, digests.map(({ id }) => id))
  return digests.map((digest) => ({
    dwelling_id: digest.id,
    label: labels.get(digest.id) ?? '',
    reason: reasonOf(digest),
    due_on: digest.due_on || null,
    last_visited_on: digest.visited_at ? dayOf(digest.visited_at) : null,
  }))
}
