/** How a dwelling is called by those who work there: `3号楼 1-502`. */
import type { Building, Case, Dwelling, Place } from '../api/records'
import type { PersonDatabase } from './db'
import type { Overlay } from './overlay'

export const dwellingLabel = (home: Pick<Dwelling, 'entrance' | 'room'>, building = ''): string =>
  `${building} ${home.entrance}-${home.room}`.trim()

/** These dwellings as they are called now, also where only this phone knows yet; those it knows nothing of are left out. */
export async function homesById(db: PersonDatabase, over: Overlay, ids: readonly string[]): Promise<{ id: string; value: Dwelling }[]> {
  const held = new Map((await db.base('dwelling').some(ids)).map(({ id, value }) => [id, value]))
  return [...new Set(ids)].flatMap((id) => {
    const value = over.get('dwelling', id)?.value ?? held.get(id)
    return value ? [{ id, value }] : []
  })
}

/** The labels of these dwellings, by id. */
export async function dwellingLabels(db: PersonDatabase, over: Overlay, ids: readonly string[]): Promise<Map<string, string>> {
  const homes = await homesById(db, over, ids)
  const buildings = await buildingsById(db, homes.map((home) => home.value.building_id))
  return new Map(homes.map(({ id, value }) => [id, dwellingLabel(value, buildings.get(value.building_id)?.name)]))
}

export async function buildingsById(db: PersonDatabase, ids: readonly string[]): Promise<Map<string, Building>> {
  return new Map((await db.base('building').some(ids)).map((row) => [row.id, row.value]))
}

/** Where something is: its dwelling where this phone holds it, else the place in words. */
export function placeLabel(where: { dwelling_id: string | null; place: Place | null }, labels: ReadonlyMap<string, string>): string {
  return (where.dwelling_id && labels.get(where.dwelling_id)) || (where.place?.text ?? '')
}

export const dwellingIdsOf = (all: readonly Pick<Case, 'dwelling_id'>[]): string[] =>
  all.flatMap(({ dwelling_id }) => (dwelling_id ? [dwelling_id] : []))
