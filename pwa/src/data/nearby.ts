/** The cases around a place, of which a new one may repeat one. */
import type { Case } from '../api/records'
import type { Nearness } from '../rules/duplicates'
import { isUnsettled, UNSETTLED } from './case_states'
import { shownCases } from './cases'
import type { PersonDatabase, Row } from './db'
import { daysAfter } from './due'
import { here, type Here } from './here'
import { homesById } from './labels'
import { overlay, type Overlay } from './overlay'
import { homesShown } from './overlay_digest'
import { isNeverTaken } from './shown'
import { stateTag } from './tags'
import type { NearCase } from './types'

const SETTLED = ['resolved', 'closed']
const NEWEST_SETTLED = 100

/** What was settled is still spoken of for so long after it was opened. */
const LATELY_DAYS = 30

/** Open and lately settled cases around a dwelling, or outdoors in a grid or compound; the other of the two is empty. */
export async function casesNear(dwellingId: string, unitId: string): Promise<NearCase[]> {
  const at = await here()
  const over = await overlay(at)
  const nearness = await nearnessTo(at, over, dwellingId, unitId)
  const around = (await candidates(at.db, over)).filter(({ value }) => nearness(value))
  const rows = await shownCases(at, over, around, (value) => nearness(value) !== null)
  const since = daysAfter(Date.now(), -LATELY_DAYS)
  return rows.flatMap((row) => {
    const near = !isNeverTaken(row) && isSpokenOf(row.value, since) && nearness(row.value)
    return near ? [{ ...row, near }] : []
  })
}

/** The cases around this one that it may be joined to: others still being settled. */
export async function joinable(id: string, { dwelling_id, place }: Case): Promise<NearCase[]> {
  const around = await casesNear(dwelling_id ?? '', dwelling_id ? '' : (place?.unit_id ?? ''))
  return around.filter((row) => row.id !== id && isUnsettled(row.value))
}

const isSpokenOf = (value: Case, since: string): boolean =>
  isUnsettled(value) || (SETTLED.includes(value.state) && value.opened_at >= since)

async function nearnessTo(at: Here, over: Overlay, dwellingId: string, unitId: string): Promise<(value: Case) => Nearness | null> {
  const [home] = await homesById(at.db, over, [dwellingId])
  const neighbours = new Set((home ? await homesShown(at, over, home.value.building_id) : []).map(({ id }) => id))
  const ground = home?.value.compound_id ?? unitId
  return ({ dwelling_id, grid_id, compound_id }) => {
    if (dwelling_id) return dwelling_id === dwellingId ? 'dwelling' : neighbours.has(dwelling_id) ? 'building' : null
    return ground === grid_id || ground === compound_id ? 'grounds' : null
  }
}

async function candidates(db: PersonDatabase, over: Overlay): Promise<Row<'case'>[]> {
  const base = db.base('case')
  const rows = await Promise.all([
    ...UNSETTLED.map((state) => base.taggedFrom(stateTag(state))),
    ...SETTLED.map((state) => base.taggedFrom(stateTag(state), NEWEST_SETTLED)),
    base.some(over.all('case').map(({ id }) => id)),
  ])
  return [...new Map(rows.flat().map((row) => [row.id, row])).values()]
}
