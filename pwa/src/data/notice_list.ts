/** The page of notices: the newest ones, with the titles of cases that this phone holds. */
import { grouped, type NoticeDay, type NoticeGroup, type Told } from '../rules/notices'
import { dayOf } from './due'
import { here } from './here'
import { countUnseen } from './notices'
import { overlay } from './overlay'
import { shown } from './shown'

/** A notice; `title` of its case is null where this phone does not hold that, or there is none. */
export interface NoticeItem extends Told {
  case_id: string | null
  title: string | null
}

/** One notice, or a flood of one kind. */
export type NoticeItems = NoticeGroup<NoticeItem>['notices']

/** The newest notices; `unseen` counts all, `further` those that are not among them. */
export interface NoticeList {
  days: NoticeDay<NoticeItem>[]
  unseen: number
  further: number
}

/** The newest `most` notices by day. */
export async function notices(most: number): Promise<NoticeList> {
  const at = await here()
  const { db } = at
  const [rows, count, unseen, over] = await Promise.all([
    db.notice.orderBy('created_at').reverse().limit(most).toArray(), db.notice.count(), countUnseen(), overlay(at),
  ])
  const held = await db.base('case').some(new Set(rows.flatMap(({ case_id }) => case_id ?? [])))
  const titles = new Map((await shown(db, over, 'case', held)).map(({ id, value }) => [id, value.title]))
  const told = rows.map(({ id, kind, urgency, case_id, created_at, state }) => ({
    id, kind, case_id, created_at, urgent: urgency === 'urgent', seen: state !== 'new', title: titles.get(case_id ?? '') ?? null,
  }))
  return { days: grouped(told, ({ created_at }) => dayOf(created_at)), unseen, further: count - rows.length }
}
