/** The duty list: asked for a few times a day, and sent only when it has changed. */
import type { DutyItemsAnswer } from '../api/wire'
import { keepDutyList, keptDutyList, noteSameList } from '../data/duty_list'
import type { Here } from '../data/here'
import { isTimeToFetch } from './duty'
import { ours, unlessOnTheWay } from './problem'
import { contentOf, request } from './transport'

/** A list changes a few times a year. */
const FRESH_FOR = 6 * 3_600_000

async function fetchDutyList({ db, me }: Here): Promise<void> {
  const kept = await keptDutyList(db)
  const answer = await request('/duty-items', kept ? { headers: { 'If-None-Match': kept.tag } } : {})
  const at = new Date().toISOString()
  if (answer.status === 304) return noteSameList(db, at)
  const list = ours<DutyItemsAnswer>(contentOf(answer), 'items')
  // Somebody else may have signed in meanwhile
  if (list.person_id === me.person_id) await keepDutyList(db, list, answer.headers.get('ETag') ?? '', at)
}

/** Fetch it if what is kept is old and the exchange just now went well. */
export async function keepDutyListFresh(at: Here): Promise<void> {
  if (await isTimeToFetch(at.db, await keptDutyList(at.db), FRESH_FOR)) await fetchDutyList(at).catch(unlessOnTheWay)
}
