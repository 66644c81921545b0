/** Every case by its title and number, in memory while somebody searches. */
import type { Case } from '../api/records'
import { figuresIn, figuresOf } from '../rules/case_number'
import { isUnsettled } from './case_states'
import { shownCases } from './cases'
import type { PersonDatabase } from './db'
import { replaced } from './directory'
import { here } from './here'
import type { ChangedIds } from './listed'
import { narrow } from './narrow'
import { overlay } from './overlay'
import { heardAs, hears, spelling, type Heard, type Spelling } from './pinyin'
import { readied, type Turn } from './readied'
import type { CaseRow } from './types'

/** A case, and what it is found by. */
export interface Matter extends Heard {
  id: string
  /** Of its number. */
  figures: string
  open: boolean
}

interface Titles {
  all: ReadonlyMap<string, Matter>
  spell: Spelling
}

/** So many cases are found at most. */
export const MOST_MATTERS = 50

/** Fewer figures are a room or the end of a phone number. */
const FEWEST_FIGURES = 6

async function all(db: PersonDatabase, turn: Turn): Promise<Titles> {
  const spell = await spelling()
  const found = new Map<string, Matter>()
  for await (const rows of db.base('case').parts()) {
    for (const { id, value } of rows) found.set(id, matterAs(id, value, spell))
    await turn()
  }
  return { all: found, spell }
}

async function changedIn(db: PersonDatabase, { all, spell }: Titles, { case: ids }: ChangedIds): Promise<Titles> {
  const now = await db.base('case').some(ids)
  return { all: replaced(all, ids, now.map(({ id, value }) => [id, matterAs(id, value, spell)])), spell }
}

const matterAs = (id: string, value: Case, spell: Spelling): Matter =>
  ({ id, figures: figuresOf(id), open: isUnsettled(value), ...heardAs(value.title, spell) })

const titles = readied<Titles>({ all, changed: changedIn })

/** Make them ready while the screen is at rest. */
export const readyMatters = (db: PersonDatabase): Promise<void> => titles.ready(db)

/** All cases that can be found on this phone, those still to be settled first, then the newest. */
export async function searchableMatters(): Promise<readonly Matter[]> {
  const at = await here()
  const over = await overlay(at)
  const { all, spell } = await titles.now(at.db)
  const own = over.all('case').map(({ id, value }) => [id, matterAs(id, value, spell)] as const)
  return [...new Map([...all, ...own]).values()].sort(openAndNewestFirst)
}

/** By ids, which grow with the time they were made at. */
const openAndNewestFirst = (one: Matter, other: Matter): number =>
  Number(other.open) - Number(one.open) || (one.id < other.id ? 1 : -1)

/** The ids of at most `MOST_MATTERS` cases: by all of the words in the title, as they are written or sound, or by figures of the number. */
export function searchMatters(listed: readonly Matter[], text: string): string[] {
  const isAsked = askedFor(text.trim().toLowerCase())
  const found: string[] = []
  for (const matter of listed) {
    if (found.length === MOST_MATTERS) break
    if (isAsked(matter)) found.push(matter.id)
  }
  return found
}

function askedFor(asked: string): (matter: Matter) => boolean {
  const sought = figuresIn(narrow(asked))
  if (sought !== null) return ({ figures }) => sought.length >= FEWEST_FIGURES && figures.includes(sought)
  const heard = asked.split(/\s+/).map(hears)
  return (matter) => asked !== '' && heard.every((hear) => hear(matter))
}

/** These cases as lists show them, in this order. */
export async function casesOf(ids: readonly string[]): Promise<CaseRow[]> {
  const at = await here()
  const over = await overlay(at)
  const own = new Set(over.all('case').filter(({ id }) => ids.includes(id)).map(({ value }) => value))
  const rows = await shownCases(at, over, await at.db.base('case').some(ids), (value) => own.has(value))
  return rows.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
}
