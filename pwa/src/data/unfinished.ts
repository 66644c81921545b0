/** What was begun and not saved: found again where the day begins, also by who has forgotten at which door it was. */
import { here } from './here'
import { dwellingLabels } from './labels'
import { overlay } from './overlay'

/** A new visit or case whose draft lies on this phone (`drafts.ts`). */
export interface Unfinished {
  form: 'visit' | 'case'
  /** The page that has the words. */
  path: string
  /** Of its dwelling; empty where there is none. */
  label: string
}

interface Begun {
  form: Unfinished['form']
  /** What its page is asked for; a dwelling's id, if there is one, among it. */
  query: { dwelling?: string; visit?: string; kind?: string }
}

const NOWHERE = 'new'

/** The key of a new visit's draft; `dwelling` empty for none. */
export const visitDraft = (dwelling: string): string => `visit:${dwelling || NOWHERE}`

/** Of a new case's; `about` is the visit it comes of, else its kind. */
export const caseDraft = (dwelling: string, about: string): string => `case:${dwelling || NOWHERE}:${about}`

/** What has such a key. Corrections have others: their record leads to them. */
function begunIn(key: string): Begun[] {
  const [form, at = '', about, ...more] = key.split(':')
  const dwelling = at === NOWHERE ? {} : { dwelling: at }
  if (form === 'visit' && about === undefined) return [{ form, query: dwelling }]
  if (form !== 'case' || about === undefined || more.length > 0) return []
  const isKind = about === 'doorstep' || about === 'branch'
  return [{ form, query: isKind ? { ...dwelling, kind: about } : { ...dwelling, visit: about } }]
}

export async function unfinished(): Promise<Unfinished[]> {
  const at = await here()
  const begun = (await at.db.draft.toCollection().primaryKeys()).flatMap(begunIn)
  const homes = begun.flatMap(({ query }) => query.dwelling ?? [])
  const labels: ReadonlyMap<string, string> = homes.length > 0 ? await dwellingLabels(at, await overlay(at), homes) : new Map()
  return begun.map(({ form, query }) => ({
    form,
    path: `/${form}s/new?${new URLSearchParams(query).toString()}`,
    label: labels.get(query.dwelling ?? '') ?? '',
  }))
}
