/** Whether what a search has in memory (`directory.ts`, `matters.ts`) is still what base says. Apart from it, for the service worker searches nothing. */
import { v7 as newId } from 'uuid'
import type { RecordType } from '../api/records'
import type { PatchEntry } from '../api/wire'
import type { PersonDatabase } from './db'
import { dropFact, fact, setFact } from './facts'

/** The types of what is listed. */
const LISTED = ['building', 'dwelling', 'resident', 'case'] as const satisfies readonly RecordType[]

type ListedType = (typeof LISTED)[number]

/** The ids of what changed, by type. */
export type ChangedIds = Record<ListedType, string[]>

/** What one patch changed of what is listed, and the marks before and after it. */
export interface Change {
  from: string
  to: string
  /** An older version of the app noted fewer types. */
  ids: Partial<ChangedIds>
}

/** So many ids are remembered in all: to read more of them is no less than to list everybody anew. */
const MOST_TRACED = 200

const isListed = (type: string): type is ListedType => (LISTED as readonly string[]).includes(type)

/** Another whenever anything listed has changed. */
export const listedMark = async (db: PersonDatabase): Promise<string> => (await fact(db, 'listed')) ?? db.personId

/** Note what a patch changed of what is listed. Runs inside the transaction that changed it. */
export async function noteListed(db: PersonDatabase, patch: readonly PatchEntry[]): Promise<void> {
  const ids: Change['ids'] = {}
  for (const { type, id } of patch) if (isListed(type)) (ids[type] ??= []).push(id)
  const size = sizeOf(ids)
  if (size > MOST_TRACED) return noteAllListed(db)
  if (size === 0) return
  const [from, trail] = await Promise.all([listedMark(db), fact(db, 'listed_trail')])
  const to = newId()
  await Promise.all([setFact(db, 'listed', to), setFact(db, 'listed_trail', latest([...(trail ?? []), { from, to, ids }]))])
}

/** Note that anything listed may have changed. */
export async function noteAllListed(db: PersonDatabase): Promise<void> {
  await Promise.all([setFact(db, 'listed', newId()), dropFact(db, 'listed_trail')])
}

/** The ids of what changed between two marks; null where nobody remembers. */
export async function listedSince(db: PersonDatabase, from: string, to: string): Promise<ChangedIds | null> {
  const trail = (await fact(db, 'listed_trail')) ?? []
  const [first, last] = [trail.findIndex((change) => change.from === from), trail.findIndex((change) => change.to === to)]
  if (first === -1 || last < first) return null
  const between = trail.slice(first, last + 1)
  const of = (type: ListedType) => [...new Set(between.flatMap(({ ids }) => ids[type] ?? []))]
  return { building: of('building'), dwelling: of('dwelling'), resident: of('resident'), case: of('case') }
}

const sizeOf = (ids: Change['ids']): number => LISTED.reduce((sum, type) => sum + (ids[type]?.length ?? 0), 0)

/** The last changes, of no more ids than are remembered. */
function latest(trail: readonly Change[]): Change[] {
  let size = 0
  return [...trail].reverse().filter(({ ids }) => (size += sizeOf(ids)) <= MOST_TRACED).reverse()
}
