/** A person's notices between the phone and the server: what is new comes in, what was seen goes out. */
import type { NoticesAnswer } from '../api/wire'
import type { PersonDatabase } from '../data/db'
import { fact, progress } from '../data/facts'
import { present } from '../data/here'
import { markedIds, noteTold, takeNotices } from '../data/notices'
import { mustWait } from './pace'
import { ours, unlessOnTheWay } from './problem'
import { command, send } from './transport'

/** Notices that one request marks. */
const MOST_SEEN = 200

/**
 * Ask for what changed in the list of who is here; not while their session is over, or the server asked for patience.
 *
 * @returns whether there is something nobody has seen
 * @throws ApiProblem, NoContact
 */
export async function fetchNews(): Promise<boolean> {
  const at = await present()
  if (!at) return false
  const state = await progress(at.db)
  return state.problem === 'signed_out' || mustWait(state, Date.now()) ? false : fetchNotices(at.db)
}

async function fetchNotices(db: PersonDatabase): Promise<boolean> {
  const after = (await fact(db, 'notices_version')) ?? 0
  const news = await send('GET', `/notices?after=${after}`)
  return news !== undefined && takeNotices(db, ours<NoticesAnswer>(news, 'notices'), Date.now())
}

/** Tell the server what was seen on this phone. Where that does not go it is told by a later run, and holds nothing up. */
export async function sendSeen(db: PersonDatabase): Promise<void> {
  const ids = await markedIds(db)
  for (let at = 0; at < ids.length; at += MOST_SEEN) await tell(db, ids.slice(at, at + MOST_SEEN)).catch(unlessOnTheWay)
}

async function tell(db: PersonDatabase, ids: string[]): Promise<void> {
  await command('POST', '/notices/seen', { ids })
  await noteTold(db, ids)
}
