/** The duty list (职责清单) as this phone keeps it, to be searched and suggested from without signal. It names no person, so it lies in the clear. */
import type { DutyItem, DutyItemsAnswer } from '../api/wire'
import { BUNDLED } from '../rules/duty'
import type { KeptDutyList, PersonDatabase } from './db'
import { here } from './here'
import { heardAs, hears, spelling } from './pinyin'

const MOST = 50

export const keptDutyList = (db: PersonDatabase): Promise<KeptDutyList | undefined> => db.duty_list.get('mine')

/** Keep what the server gave at this moment, in place of what it gave before. */
export async function keepDutyList(db: PersonDatabase, { items }: DutyItemsAnswer, tag: string, at: string): Promise<void> {
  await db.duty_list.put({ key: 'mine', at, tag, items })
}

/** Note that it was still the same at this moment. */
export async function noteSameList(db: PersonDatabase, at: string): Promise<void> {
  await db.duty_list.update('mine', { at })
}

/** The whole list, retired items as well; what every phone has, where the server has none or has not been asked. */
export async function dutyItems(): Promise<readonly DutyItem[]> {
  const { db } = await here()
  const items = (await keptDutyList(db))?.items ?? []
  return items.length > 0 ? items : BUNDLED
}

/** The item that a case's category names; null where it names none that this phone knows. */
export async function dutyItem(category: string | null): Promise<DutyItem | null> {
  return (category && (await dutyItems()).find(({ code }) => code === category)) || null
}

/** The departments that answer for a case of this category, the leading one first. */
export async function departmentsOf(category: string | null): Promise<string[]> {
  const item = await dutyItem(category)
  return item ? [item.lead_department, ...item.helping_departments].filter(Boolean) : []
}

/** At most 50 items that may be chosen, by any part of their words, their code, or how they sound; of one class, where it is named. */
export async function searchDutyItems(text: string, className = ''): Promise<DutyItem[]> {
  const asked = text.trim().toLowerCase()
  const items = (await dutyItems()).filter(({ retired, class_name }) => !retired && (!className || class_name === className))
  const spell = /^[a-z]+$/.test(asked) ? await spelling() : () => []
  const isAsked = hears(asked)
  const says = (words: string): boolean => isAsked(heardAs(words, spell))
  const found = items.filter(({ item, class_name, code, keywords }) => !asked || [item, class_name, code, ...keywords].some(says))
  return found.slice(0, MOST)
}
