/** Notices on this phone: which, about which case if any, when, and whether they were seen. No words, so they lie in the clear. */
import type { NoticesAnswer } from '../api/wire'
import { pathOf } from '../rules/notices'
import type { NoticeState, PersonDatabase } from './db'
import { fact, setFact } from './facts'
import { here } from './here'
import { steadily } from './steady'

/** As long as the server keeps them. */
const KEPT_MS = 30 * 86_400_000

const inState = (db: PersonDatabase, state: NoticeState) => db.notice.where('state').equals(state)

/**
 * Take in what changed in the person's list; an answer for somebody else, who signed in meanwhile, is left. What was
 * marked here and not told yet stays so. `now` in milliseconds.
 *
 * @returns whether there is something among it that nobody has seen
 */
export async function takeNotices(db: PersonDatabase, { person_id, version, whole, notices }: NoticesAnswer, now: number): Promise<boolean> {
  if (person_id !== db.personId) return false
  return db.transaction('rw', [db.notice, db.fact], async () => {
    const marked = new Set(await inState(db, 'marked').primaryKeys())
    const stateOf = (id: string, seen: boolean): NoticeState => (seen ? 'seen' : marked.has(id) ? 'marked' : 'new')
    const rows = notices.map(({ seen, ...notice }) => ({ ...notice, state: stateOf(notice.id, seen) }))
    if (!whole) await db.notice.where('state').notEqual('marked').delete()
    await db.notice.bulkPut(rows)
    await db.notice.where('created_at').below(new Date(now - KEPT_MS).toISOString()).delete()
    await setFact(db, 'notices_version', version)
    return rows.some(({ state }) => state === 'new')
  })
}

/** How many the person has not seen. */
export async function countUnseen(): Promise<number> {
  const { db } = await here()
  return inState(db, 'new').count()
}

/** The ids of those that lead to this path of the app and that the person has not seen. */
export async function unseenAt(path: string): Promise<string[]> {
  const { db } = await here()
  const found = await inState(db, 'new').toArray()
  return found.flatMap((notice) => (pathOf(notice) === path ? [notice.id] : []))
}

/** Mark notices as seen, with or without signal; the server is told by the next run. */
export async function markSeen(ids: readonly string[]): Promise<void> {
  await mark((db) => db.notice.where('id').anyOf(ids).filter(({ state }) => state === 'new').modify({ state: 'marked' }))
}

/** Mark all as seen. */
export async function markAllSeen(): Promise<void> {
  await mark((db) => inState(db, 'new').modify({ state: 'marked' }))
}

async function mark(change: (db: PersonDatabase) => PromiseLike<number>): Promise<void> {
  const { db } = await here()
  await steadily(db, () => db.transaction('rw', [db.notice, db.fact], async () => {
    if (await change(db)) await setFact(db, 'marks', ((await fact(db, 'marks')) ?? 0) + 1)
  }))
}

/** The ids of those the server is to be told were seen. */
export const markedIds = async (db: PersonDatabase): Promise<string[]> => inState(db, 'marked').primaryKeys()

/** The server knows that these were seen. */
export async function noteTold(db: PersonDatabase, ids: readonly string[]): Promise<void> {
  await db.notice.where('id').anyOf(ids).modify({ state: 'seen' })
}
