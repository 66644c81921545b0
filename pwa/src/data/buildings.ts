/** The buildings, and the matrix of one building's dwellings. */
import type { Digest } from './digest'
import { dayOf, daysAfter, isDue } from './due'
import { here } from './here'
import { allBuildings } from './labels'
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
  const summaries = (await allBuildings(at)).map(({ id, value: { name, grid_id, entrances, floors } }) => {
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

function byBuilding(homes: readonly Digest[]): Map<string, Digest[]> {
  const found = new Map<string, Digest[]>()
  for (const home of homes) found.set(home.building_id, [...(found.get(home.building_id) ?? []), home])
  return found
}

/** What every building is called, in the same order: the way from one to the next needs none of their dwellings. */
export async function buildingsByName(): Promise<BuildingName[]> {
  const named = (await allBuildings(await here())).map(({ id, value: { name } }) => ({ id, name }))
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
