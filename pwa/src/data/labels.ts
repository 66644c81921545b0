/** How a dwelling is called by those who work there: `3号楼 1-502`. */
import type { Building, Case, Dwelling, Place } from '../api/records'
import type { PersonDatabase, Row } from './db'

export const dwellingLabel = (home: Dwelling, building: Building | undefined): string =>
  `${building?.name ?? ''} ${home.entrance}-${home.room}`.trim()

/** The labels of these dwellings, by id; those this phone does not hold are left out. */
export async function dwellingLabels(db: PersonDatabase, ids: readonly string[]): Promise<Map<string, string>> {
  const homes = (await db.base('dwelling').bulkGet([...new Set(ids)])).filter((row): row is Row<'dwelling'> => row !== undefined)
  const buildings = await buildingsById(db, homes.map((row) => row.value.building_id))
  return new Map(homes.map(({ id, value }) => [id, dwellingLabel(value, buildings.get(value.building_id))]))
}

export async function buildingsById(db: PersonDatabase, ids: readonly string[]): Promise<Map<string, Building>> {
  const rows = await db.base('building').bulkGet([...new Set(ids)])
  return new Map(rows.flatMap((row) => (row ? [[row.id, row.value] as const] : [])))
}

/** Where something is: its dwelling where this phone holds it, else the place in words. */
export function placeLabel(where: { dwelling_id: string | null; place: Place | null }, labels: ReadonlyMap<string, string>): string {
  return (where.dwelling_id && labels.get(where.dwelling_id)) || (where.place?.text ?? '')
}

export const dwellingIdsOf = (all: readonly Pick<Case, 'dwelling_id'>[]): string[] =>
  all.flatMap(({ dwelling_id }) => (dwelling_id ? [dwelling_id] : []))
