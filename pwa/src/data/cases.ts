/** Lists of cases, and one case's page. */
import type { Call, Case, CaseEvent, CaseState } from '../api/records'
import { allowedActions, asksForTime } from '../rules/case_flow'
import { isMember, leads } from '../rules/levels'
import { callOf, callsOf, isExpected } from '../rules/whistle'
import { CASE_STATES, isOver, isUnsettled, UNSETTLED } from './case_states'
import type { Row } from './db'
import { here, type Here } from './here'
import { placeLabels } from './labels'
import { unitsBelow, unitsUpFrom } from './ladder'
import { authorOf, overlay, type Overlay } from './overlay'
import { isNeverTaken, shown, shownOne } from './shown'
import { calledTag, caseTag, holderTag, stateTag } from './tags'
import type { CasePage, CaseRow, CaseTab, Shown } from './types'

const DONE = CASE_STATES.filter((state) => !UNSETTLED.includes(state))
const NEWEST_DONE = 100

/** `waiting`: held by one of my units and given to no colleague, or somebody calls me to it, or a unit below asks me for time. `following`: others not yet resolved. `done`: the newest 100 of the rest. */
export async function cases(tab: CaseTab): Promise<CaseRow[]> {
  const at = await here()
  return casesIn(at, await overlay(at), tab)
}

export const casesIn = (at: Here, over: Overlay, tab: CaseTab): Promise<CaseRow[]> => at.db.reading(() => listed(at, over, tab))

async function listed(at: Here, over: Overlay, tab: CaseTab): Promise<CaseRow[]> {
  const reach = await reachOf(at)
  const belongs = (now: Case) => tabOf(now, reach) === tab
  const rows = await shownCases(at, over, await candidates(at, over, tab, reach), belongs)
  const inTab = rows.filter((row) => belongs(row.value))
  return tab === 'done' ? inTab.sort(newestFirst).slice(0, NEWEST_DONE) : inTab.sort(mostPressing)
}

/** By what a case waits for somebody. */
interface Reach {
  me: string
  /** The units at which they serve. */
  mine: ReadonlySet<string>
  /** The units below those that they lead. */
  below: ReadonlySet<string>
}

async function reachOf({ db, me }: Here): Promise<Reach> {
  const led = me.scope.filter((post) => isMember(post) && leads(post))
  const below = await unitsBelow(db, led.map(({ unit_id }) => unit_id))
  return { me: me.person_id, mine: new Set(me.scope.map(({ unit_id }) => unit_id)), below }
}

function tabOf(now: Case, { me, mine, below }: Reach): CaseTab {
  if (!isUnsettled(now)) return 'done'
  const call = callOf(now, me)
  const isMine = mine.has(now.holder_id) && [null, me].includes(now.assignee_id)
  const asksBelow = asksForTime(now) && below.has(now.holder_id)
  return isMine || asksBelow || (call && isExpected(call)) ? 'waiting' : 'following'
}

/** Base rows that may belong to the tab, by their tags, and those the outbox may have moved into it. */
async function candidates({ db }: Here, over: Overlay, tab: CaseTab, { me, mine, below }: Reach): Promise<Row<'case'>[]> {
  const base = db.base('case')
  const heldBy = (units: ReadonlySet<string>, states: readonly CaseState[]) =>
    [...units].flatMap((unit) => states.map((state) => base.tagged(holderTag(unit, state))))
  const reads: Record<CaseTab, () => Promise<Row<'case'>[]>[]> = {
    waiting: () => [base.tagged(calledTag(me)), ...heldBy(mine, UNSETTLED), ...heldBy(below, ['accepted'])],
    following: () => UNSETTLED.map((state) => base.taggedFrom(stateTag(state))),
    done: () => DONE.map((state) => base.taggedFrom(stateTag(state), NEWEST_DONE)),
  }
  const rows = await Promise.all([...reads[tab](), base.some(over.all('case').map(({ id }) => id))])
  return [...new Map(rows.flat().map((row) => [row.id, row])).values()]
}

/** Cases with what a list says of them, the outbox's own among them where `also` wants them. */
export async function shownCases(at: Here, over: Overlay, rows: Row<'case'>[], also: (value: Case) => boolean): Promise<CaseRow[]> {
  const all = await shown(at.db, over, 'case', rows, also)
  const [labelOf, units, people] = await Promise.all([
    placeLabels(at, over, all.map(({ value }) => value)),
    unitsUpFrom(at.db, all.map(({ value }) => value.holder_id)),
    namesOf(at, all.map(({ value }) => value.assignee_id ?? '')),
  ])
  return all.map((one) => ({
    ...one,
    holder_name: units.get(one.value.holder_id)?.name ?? '',
    assignee_name: people.get(one.value.assignee_id ?? '') ?? '',
    place_label: labelOf(one.value),
    my_call: myCall(one.value, at.me.person_id),
  }))
}

/** Nobody is to come any more once the case is over. */
const myCall = (now: Case, me: string): Call | null => (isOver(now) ? null : callOf(now, me))

export const newestFirst = (one: CaseRow, other: CaseRow): number => other.value.opened_at.localeCompare(one.value.opened_at)

/** Who calls me waits for an answer first; then urgent ones, then by the deadline that comes next, then the newest. */
function mostPressing(one: CaseRow, other: CaseRow): number {
  const calls = Number(isUnanswered(other)) - Number(isUnanswered(one))
  const urgent = Number(other.value.urgency === 'urgent') - Number(one.value.urgency === 'urgent')
  return calls || urgent || due(one.value).localeCompare(due(other.value)) || newestFirst(one, other)
}

const isUnanswered = ({ my_call }: CaseRow): boolean => my_call?.answer === null

const NEVER = '9999'
const due = (now: Case): string => (now.state === 'open' ? now.accept_by : now.settle_by) ?? NEVER

/** One case with its timeline and what this person may do now; null where this phone does not hold it. */
export async function caseById(id: string): Promise<CasePage | null> {
  const at = await here()
  const over = await overlay(at)
  const now = await shownOne(at.db, over, 'case', id)
  if (!now) return null
  const events = await timeline(at, over, id)
  const assignee = now.value.assignee_id ?? ''
  const [units, people] = await Promise.all([unitsUpFrom(at.db, unitsNamed(now.value, events)), namesOf(at, [assignee])])
  const look = (type: string, unitId: string) => (type === 'unit' ? units.get(unitId) : undefined) as never
  const scene = { author: authorOf(at.me), at: new Date().toISOString(), look }
  return {
    ...now,
    events,
    allowed: isNeverTaken(now) ? [] : allowedActions(now.value, scene),
    calls: callsOf(now.value),
    my_call: myCall(now.value, at.me.person_id),
    assignee_name: people.get(assignee) ?? '',
    unit_names: Object.fromEntries([...units].map(([unitId, unit]) => [unitId, unit.name])),
    place_label: (await placeLabels(at, over, [now.value]))(now.value),
  }
}

/** The names of these people, by id; who is not on this phone is left out. */
const namesOf = async ({ db }: Here, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map((await db.base('person').some(ids)).map(({ id, value }) => [id, value.name]))

async function timeline({ db }: Here, over: Overlay, caseId: string): Promise<Shown<CaseEvent>[]> {
  const lines = await db.base('case_event').tagged(caseTag(caseId))
  const events = await shown(db, over, 'case_event', lines, (value) => value.case_id === caseId)
  return events.sort((one, other) => one.value.at.localeCompare(other.value.at))
}

const unitsNamed = (now: Case, events: Shown<CaseEvent>[]): string[] => [
  now.holder_id, now.origin_id, ...now.held_by, ...now.climbed_from,
  ...events.flatMap(({ value }) => [value.from_unit_id ?? '', value.to_unit_id ?? '', ...(value.details?.to ?? []).map(({ unit_id }) => unit_id ?? '')]),
]
