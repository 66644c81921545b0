/** Lists of cases, and one case's page. */
import Dexie from 'dexie'
import type { Case, CaseEvent } from '../api/records'
import { allowedActions } from '../rules/case_flow'
import type { Row } from './db'
import { isOpen } from './digest'
import { here, type Here } from './here'
import { dwellingIdsOf, dwellingLabels, placeLabel } from './labels'
import { unitsUpFrom } from './ladder'
import { authorOf, overlay, type Overlay } from './overlay'
import { shown, shownOne } from './shown'
import type { CasePage, CaseRow, CaseTab, Shown } from './types'

const OPEN = ['open', 'accepted']
const DONE = ['resolved', 'closed', 'merged', 'withdrawn']
const NEWEST_DONE = 100

/** `waiting`: held by one of my units. `following`: others not yet resolved. `done`: the newest 100 of the rest. */
export async function cases(tab: CaseTab): Promise<CaseRow[]> {
  const at = await here()
  return casesIn(at, await overlay(at), tab)
}

export async function casesIn(at: Here, over: Overlay, tab: CaseTab): Promise<CaseRow[]> {
  const mine = new Set(at.me.scope.map((post) => post.unit_id))
  const belongs = (now: Case) => tabOf(now, mine) === tab
  const rows = await shownCases(at, over, await candidates(at, over, tab, mine), belongs)
  const inTab = rows.filter((row) => belongs(row.value))
  return tab === 'done' ? inTab.sort(newestFirst).slice(0, NEWEST_DONE) : inTab.sort(mostPressing)
}

function tabOf(now: Case, mine: ReadonlySet<string>): CaseTab {
  if (!isOpen(now)) return 'done'
  return mine.has(now.holder_id) ? 'waiting' : 'following'
}

/** Base rows that may belong to the tab, by index, and those the outbox may have moved into it. */
async function candidates({ db }: Here, over: Overlay, tab: CaseTab, mine: ReadonlySet<string>): Promise<Row<'case'>[]> {
  const table = db.base('case')
  const inStates = (states: string[]) =>
    table.where('[value.state+value.opened_at]').inAnyRange(states.map((state) => [[state, Dexie.minKey], [state, Dexie.maxKey]]))
  const held = () => table.where('[value.holder_id+value.state]').anyOf([...mine].flatMap((unit) => OPEN.map((state) => [unit, state])))
  const newest = async () => (await Promise.all(DONE.map((state) => inStates([state]).reverse().limit(NEWEST_DONE).toArray()))).flat()
  const reads = { waiting: () => held().toArray(), following: () => inStates(OPEN).toArray(), done: newest }
  const [rows, moved] = await Promise.all([reads[tab](), table.bulkGet(over.all('case').map(({ id }) => id))])
  return [...new Map([...rows, ...moved.filter((row) => row !== undefined)].map((row) => [row.id, row])).values()]
}

/** Cases with what a list says of them, the outbox's own among them where `also` wants them. */
export async function shownCases(at: Here, over: Overlay, rows: Row<'case'>[], also: (value: Case) => boolean): Promise<CaseRow[]> {
  const all = await shown(at.db, over, 'case', rows, also)
  const [labels, units] = await Promise.all([
    dwellingLabels(at.db, dwellingIdsOf(all.map(({ value }) => value))),
    unitsUpFrom(at.db, all.map(({ value }) => value.holder_id)),
  ])
  return all.map((one) => ({
    ...one,
    holder_name: units.get(one.value.holder_id)?.name ?? '',
    place_label: placeLabel(one.value, labels),
  }))
}

const newestFirst = (one: CaseRow, other: CaseRow): number => other.value.opened_at.localeCompare(one.value.opened_at)

/** Urgent ones first, then by the deadline that comes next, then the newest. */
function mostPressing(one: CaseRow, other: CaseRow): number {
  const urgent = Number(other.value.urgency === 'urgent') - Number(one.value.urgency === 'urgent')
  return urgent || due(one.value).localeCompare(due(other.value)) || newestFirst(one, other)
}

const NEVER = '9999'
const due = (now: Case): string => (now.state === 'open' ? now.accept_by : now.settle_by) ?? NEVER

/** One case with its timeline and what this person may do now; null where this phone does not hold it. */
export async function caseById(id: string): Promise<CasePage | null> {
  const at = await here()
  const over = await overlay(at)
  const now = await shownOne(at.db, over, 'case', id)
  if (!now) return null
  const events = await timeline(at, over, id)
  const units = await unitsUpFrom(at.db, unitsNamed(now.value, events))
  const look = (type: string, unitId: string) => (type === 'unit' ? units.get(unitId) : undefined) as never
  const scene = { author: authorOf(at.me), at: new Date().toISOString(), look }
  return {
    ...now,
    events,
    allowed: allowedActions(now.value, scene),
    unit_names: Object.fromEntries([...units].map(([unitId, unit]) => [unitId, unit.name])),
    place_label: placeLabel(now.value, await dwellingLabels(at.db, dwellingIdsOf([now.value]))),
  }
}

async function timeline({ db }: Here, over: Overlay, caseId: string): Promise<Shown<CaseEvent>[]> {
  const lines = db.base('case_event').where('[value.case_id+value.at]').between([caseId, Dexie.minKey], [caseId, Dexie.maxKey])
  const events = await shown(db, over, 'case_event', await lines.toArray(), (value) => value.case_id === caseId)
  return events.sort((one, other) => one.value.at.localeCompare(other.value.at))
}

const unitsNamed = (now: Case, events: Shown<CaseEvent>[]): string[] => [
  now.holder_id, now.origin_id, ...now.held_by, ...now.climbed_from,
  ...events.flatMap(({ value }) => [value.from_unit_id ?? '', value.to_unit_id ?? '']),
]
