/** How places are called by those who work there: `3号楼 1-502`, and by those who serve more than its compound `幸福里小区 3号楼 1-502`. */
import type { Building, Dwelling, Place } from '../api/records'
import { atLevel } from '../rules/places'
import type { PersonDatabase, Row } from './db'
import type { Here } from './here'
import { unitsUpFrom } from './ladder'
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
export async function dwellingLabels(at: Here, over: Overlay, ids: readonly string[]): Promise<Map<string, string>> {
  const homes = await homesById(at.db, over, ids)
  const buildings = await buildingsById(at, homes.map((home) => home.value.building_id))
  return new Map(homes.map(({ id, value }) => [id, dwellingLabel(value, buildings.get(value.building_id)?.name)]))
}

export async function buildingsById(at: Here, ids: readonly string[]): Promise<Map<string, Building>> {
  return new Map((await asCalled(at, await at.db.base('building').some(ids))).map((row) => [row.id, row.value]))
}

export const allBuildings = async (at: Here): Promise<Row<'building'>[]> => asCalled(at, await at.db.base('building').all())

/** Every compound has a 1号楼. */
async function asCalled(at: Here, rows: Row<'building'>[]): Promise<Row<'building'>[]> {
  const compoundOf = await compoundsOf(at, rows.map(({ value }) => value.compound_id ?? ''))
  return rows.map((row) => ({ ...row, value: { ...row.value, name: joined(compoundOf(row.value.compound_id), row.value.name) } }))
}

export const joined = (...parts: string[]): string => parts.filter(Boolean).join(' ')

/** What the compound that such a unit is or lies in is called; empty for the one in which alone this person serves. */
async function compoundsOf({ db, me }: Here, unitIds: readonly string[]): Promise<(unitId: string | null | undefined) => string> {
  const posts = me.scope.map(({ unit_id }) => unit_id)
  const units = await unitsUpFrom(db, [...posts, ...unitIds])
  const compound = (unitId: string | null | undefined) => atLevel(unitId, 'compound', (_type, id) => units.get(id) as never)
  const own = new Set(posts.map(compound))
  return (unitId) => {
    const id = compound(unitId)
    return own.size === 1 && own.has(id) ? '' : (units.get(id ?? '')?.name ?? '')
  }
}

interface Somewhere {
  dwelling_id: string | null
  place: Place | null
}

/** Where each of these is: its dwelling where this phone holds it, else the place in words; those of a dwelling name its compound. */
export async function placeLabels(at: Here, over: Overlay, all: readonly Somewhere[]): Promise<(where: Somewhere) => string> {
  const [homes, compoundOf] = await Promise.all([
    dwellingLabels(at, over, all.flatMap(({ dwelling_id }) => dwelling_id ?? [])),
    compoundsOf(at, all.flatMap(({ place }) => place?.unit_id ?? [])),
  ])
  return ({ dwelling_id, place }) =>
    (dwelling_id ? homes.get(dwelling_id) || (place?.text ?? '') : joined(compoundOf(place?.unit_id), place?.text ?? ''))
}
