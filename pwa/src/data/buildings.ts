/** The buildings, and the matrix of one building's dwellings. */
import type { Building } from '../api/records'
import type { Row } from './db'
import type { Digest } from './digest'
import { dayOf, daysAfter, isDue } from './due'
import { here, type Here } from './here'
import { allBuildings, joined } from './labels'
import { unitsUpFrom } from './ladder'
import { overlay } from './overlay'
import { homesShown } from './overlay_digest'
import type { BuildingName, BuildingSummary, DwellingCell } from './types'

const RECENT_DAYS = 30
const byName = new Intl.Collator('zh-CN', { numeric: true }).compare

/** Every building of the scope, in the order of its name, with what a list says of it. */
export async function buildings(): Promise<BuildingSummary[]> {
  const at = await here()
  const wasLately = lately()
  const homes = byBuilding(await homesShown(at, await overlay(at)))
  const summaries = (await allApart(at)).map(({ id, value: { name, grid_id, entrances, floors } }) => {
    const own = homes.get(id) ?? []
    return {
      id, name, grid_id, entrances, floors,
      dwellings: own.length,
      visited: own.filter(wasLately).length,
      open_cases: own.reduce((sum, { open }) => sum + open.length, 0),
    }
  })
  return summaries.sort((one, other) => byName(one.name, other.name))
}

/** Whether a dwelling was visited within the last days, those of China. */
function lately(): (home: Digest) => boolean {
  const since = daysAfter(Date.now(), -RECENT_DAYS)
  return ({ visited_at }) => visited_at !== '' && dayOf(visited_at) >= since
}

/** Every building; of one that lies in two grids each has its part, which is called by its own. */
async function allApart(at: Here): Promise<Row<'building'>[]> {
  const all = await allBuildings(at)
  const names = all.map(({ value }) => value.name)
  const twice = new Set(names.filter((name, place) => names.indexOf(name) < place))
  const isPart = ({ value }: Row<'building'>) => twice.has(value.name)
  const grids = await unitsUpFrom(at.db, all.filter(isPart).map(({ value }) => value.grid_id ?? ''))
  const called = ({ name, grid_id }: Building) => joined(name, grids.get(grid_id ?? '')?.name ?? '')
  return all.map((row) => (isPart(row) ? { ...row, value: { ...row.value, name: called(row.value) } } : row))
}

function byBuilding(homes: readonly Digest[]): Map<string, Digest[]> {
  const found = new Map<string, Digest[]>()
  for (const home of homes) found.set(home.building_id, [...(found.get(home.building_id) ?? []), home])
  return found
}

/** What every building is called, in the same order: the way from one to the next needs none of their dwellings. */
export async function buildingsByName(): Promise<BuildingName[]> {
  const named = (await allApart(await here())).map(({ id, value: { name } }) => ({ id, name }))
  return named.sort((one, other) => byName(one.name, other.name))
}

/** The dwellings of one building, in any order: a matrix has its own. */
export async function dwellingsOf(buildingId: string): Promise<DwellingCell[]> {
  const at = await here()
  const homes = await homesShown(at, await overlay(at), buildingId)
  const [day, wasLately] = [dayOf(Date.now()), lately()]
  return homes.flatMap((home) => {
    const { id, door, open } = home
    return door ? [{ id, ...door, visited_lately: wasLately(home), open_cases: open.length, due: isDue(home, day) }] : []
  })
}
