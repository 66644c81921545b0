/** One dwelling's page. */
import { isUnsettled } from './case_states'
import { newestFirst, shownCases } from './cases'
import { blank, fold, type Turn } from './digest'
import { dayOf, isDue, reasonOf } from './due'
import { buildingsById } from './labels'
import { here, type Here } from './here'
import { overlay, type Overlay } from './overlay'
import { shown, shownOne } from './shown'
import { homeTag } from './tags'
import type { CaseRow, Dwelling, DueReason, DwellingPage, RecordType, Resident, Shown, Visit } from './types'
import { newestVisitFirst } from './visits'

/** What is still to be settled stands before what is over, and what was just opened before the rest. */
const openAndNewestFirst = (one: CaseRow, other: CaseRow): number =>
  Number(isUnsettled(other.value)) - Number(isUnsettled(one.value)) || newestFirst(one, other)

/** A dwelling with its residents, its visits and its cases; null where this phone does not hold it. */
export async function dwelling(id: string): Promise<DwellingPage | null> {
  const at = await here()
  const over = await overlay(at)
  return at.db.reading(() => pageOf(at, over, id))
}

async function pageOf(at: Here, over: Overlay, id: string): Promise<DwellingPage | null> {
  const { db } = at
  const home = await shownOne(db, over, 'dwelling', id)
  if (!home) return null
  const isHere = (value: { dwelling_id: string | null }) => value.dwelling_id === id
  const [residents, diary, matters, buildings] = await Promise.all([
    db.base('resident').tagged(homeTag(id)),
    db.base('visit').tagged(homeTag(id)),
    db.base('case').tagged(homeTag(id)),
    buildingsById(at, [home.value.building_id]),
  ])
  const [people, visits, cases] = await Promise.all([
    shown(db, over, 'resident', residents, isHere),
    shown(db, over, 'visit', diary, isHere),
    shownCases(at, over, matters, isHere),
  ])
  return {
    ...home,
    building: buildings.get(home.value.building_id) ?? null,
    due: whyDue(home, people, visits),
    residents: people,
    visits: visits.sort(newestVisitFirst),
    cases: cases.sort(openAndNewestFirst),
  }
}

/** Why a visit is due, by what its own page says, without what was refused; null while none is. */
function whyDue(home: Shown<Dwelling>, people: readonly Shown<Resident>[], visits: readonly Shown<Visit>[]): DueReason | null {
  const turn = (type: RecordType) => ({ id, value }: Shown<Turn['after']>): Turn => ({ type, id, before: null, after: value })
  const done = visits.filter(({ where }) => where !== 'refused')
  const digest = fold(blank(home.id), [turn('dwelling')(home), ...people.map(turn('resident')), ...done.map(turn('visit'))])
  return isDue(digest, dayOf(Date.now())) ? reasonOf(digest) : null
}
