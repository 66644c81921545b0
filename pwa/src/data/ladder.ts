/** Units of base, and those above them. */
import type { Unit } from '../api/records'
import { seesHomes } from '../rules/levels'
import type { PersonDatabase } from './db'
import { here } from './here'

/** The units of a community lie in so many bundles at most: all of them together come sooner than one rung after the other. */
const FEW_BUNDLES = 8

/** These units and all above them, by id. Ids this phone does not hold are left out. */
export async function unitsUpFrom(db: PersonDatabase, ids: readonly string[]): Promise<Map<string, Unit>> {
  const found = new Map<string, Unit>()
  const shelf = db.base('unit')
  const all = ids.some(Boolean) ? await shelf.few(FEW_BUNDLES) : []
  for (let rung = new Set(ids.filter(Boolean)); rung.size > 0;) {
    const rows = all ? all.filter(({ id }) => rung.has(id)) : await shelf.some(rung)
    for (const { id, value } of rows) found.set(id, value)
    rung = new Set(rows.map(({ value }) => value.parent_id ?? '').filter((id) => id && !found.has(id)))
  }
  return found
}

/** The ids of the units that lie right below these. */
export async function unitsBelow(db: PersonDatabase, ids: readonly string[]): Promise<Set<string>> {
  const all = ids.length > 0 ? await db.base('unit').all() : []
  return new Set(all.filter(({ value }) => ids.includes(value.parent_id ?? '')).map(({ id }) => id))
}

/** The unit's name; empty where this phone does not hold it. */
export async function unitName(id: string): Promise<string> {
  const { db } = await here()
  return (await db.base('unit').get(id))?.value.name ?? ''
}

export interface UnitChoice {
  id: string
  name: string
}

/** The grids and compounds within the person's scope: where a visit or case without a dwelling can be. */
export async function places(): Promise<UnitChoice[]> {
  const { db, me } = await here()
  const units = new Map((await db.base('unit').all()).map((row) => [row.id, row.value]))
  const mine = new Set(me.scope.filter(seesHomes).map((post) => post.unit_id))
  const covered = (id: string | null | undefined): boolean => Boolean(id && (mine.has(id) || covered(units.get(id)?.parent_id)))
  return [...units]
    .filter(([id, unit]) => (unit.level === 'grid' || unit.level === 'compound') && covered(id))
    .map(([id, unit]) => ({ id, name: unit.name }))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh-CN', { numeric: true }))
}
