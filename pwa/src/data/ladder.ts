/** Units of base, and those above them. */
import type { Unit } from '../api/records'
import type { PersonDatabase } from './db'
import { here } from './here'

/** These units and all above them, by id. Ids this phone does not hold are left out. */
export async function unitsUpFrom(db: PersonDatabase, ids: readonly string[], found = new Map<string, Unit>()): Promise<Map<string, Unit>> {
  const fresh = [...new Set(ids)].filter((id) => id && !found.has(id))
  if (fresh.length === 0) return found
  const rows = await db.base('unit').some(fresh)
  for (const row of rows) found.set(row.id, row.value)
  return unitsUpFrom(db, rows.map((row) => row.value.parent_id ?? ''), found)
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
  const mine = new Set(me.scope.map((post) => post.unit_id))
  const covered = (id: string | null | undefined): boolean => Boolean(id && (mine.has(id) || covered(units.get(id)?.parent_id)))
  return [...units]
    .filter(([id, unit]) => (unit.level === 'grid' || unit.level === 'compound') && covered(id))
    .map(([id, unit]) => ({ id, name: unit.name }))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh-CN', { numeric: true }))
}
