/** A change in words, as far as this phone knows what it is about. */
import type { Conflict } from '../api/records'
import type { Wanted } from '../api/wire'
import type { Named } from '../rules/change'
import { mainOf } from '../rules/effects'
import { subjectOf as aboutOf } from '../rules/needs'
import type { PersonDatabase } from './db'
import { here, type Here } from './here'
import { placeLabels } from './labels'
import { overlay, type Overlay } from './overlay'
import { shownOne } from './shown'
import type { Place, Title } from './types'

interface Words {
  title?: string
  name?: string
  dwelling_id?: string | null
  building_id?: string
  place?: Place | null
  summary?: string
  detail?: string
  text?: string
  reason?: string
  changes?: { summary?: string }
}

/** What can be said of a change from the record it is about. */
type Subject = Pick<Words, 'title' | 'name' | 'dwelling_id' | 'place'>

/** A change with its title and where it belongs. */
export interface Titled {
  title: Title
  record: Named | null
  dwelling_id: string | null
  building_id: string | null
}

/** Those of changes that lie in no outbox of this phone. */
export async function titlesOf(changes: readonly Wanted[]): Promise<Title[]> {
  const at = await here()
  const over = await overlay(at)
  const titled = await Promise.all(changes.map((change) => titleOf(at, over, change)))
  return titled.map(({ title }) => title)
}

export async function titleOf(at: Here, over: Overlay, change: Wanted): Promise<Titled> {
  const words = change.args as Words
  const record = mainOf(change)
  const about = record ? await subjectOf(at.db, over, record) : {}
  const where = { dwelling_id: words.dwelling_id ?? about.dwelling_id ?? null, place: words.place ?? about.place ?? null }
  const title = {
    place: (await placeLabels(at, over, [where]))(where),
    subject: words.title ?? words.name ?? about.title ?? about.name ?? '',
    words: words.summary ?? words.detail ?? words.text ?? words.reason ?? words.changes?.summary ?? '',
    fields: Object.keys(words.changes ?? {}),
  }
  return { title, record, dwelling_id: where.dwelling_id, building_id: words.building_id ?? null }
}

/** Of a change that can't be read, by the record it is about. */
export async function titleAbout(at: Here, over: Overlay, record: Named | null): Promise<Titled> {
  const { dwelling_id = null, place = null, title, name } = record ? await subjectOf(at.db, over, record) : {}
  const where = { dwelling_id, place }
  return { title: { place: (await placeLabels(at, over, [where]))(where), subject: title ?? name ?? '', words: '', fields: [] }, record, dwelling_id, building_id: null }
}

async function subjectOf(db: PersonDatabase, over: Overlay, { type, id }: Named): Promise<Subject> {
  if (type === 'dwelling') return { dwelling_id: id }
  const value = (await shownOne(db, over, type, id))?.value
  if (type === 'conflict' && value) return subjectOf(db, over, aboutOf(value as Conflict))
  return (value ?? {}) as Subject
}
