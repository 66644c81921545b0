/** Where a visit or a case is: at a dwelling, or at a place in words within a grid or compound. */
import type { Level, Place, Placed } from '../api/records'
import { levelAbove } from './levels'
import type { Look } from './scene'

interface Where {
  dwelling_id: string | null
  place: Place | null
}

/** The compound and grid of `dwelling_id` or `place`; nulls for what this phone does not hold. */
export function placed(where: Where, look: Look): Placed {
  const home = where.dwelling_id ? look('dwelling', where.dwelling_id) : undefined
  if (home) return { grid_id: home.grid_id, compound_id: home.compound_id }
  const unitId = where.place?.unit_id
  return { grid_id: atLevel(unitId, 'grid', look), compound_id: atLevel(unitId, 'compound', look) }
}

/** The unit of `level` that `unitId` is or lies in; null where there is none. */
export function atLevel(unitId: string | null | undefined, level: Level, look: Look): string | null {
  const unit = unitId ? look('unit', unitId) : undefined
  if (!unitId || !unit) return null
  return unit.level === level ? unitId : atLevel(unit.parent_id, level, look)
}

interface UnitAbove {
  id: string
  level: Level
}

/** The unit one level up that may hold a case; null at the top of the ladder, or where this phone does not hold it. */
export function unitAbove(unitId: string, look: Look): UnitAbove | null {
  const unit = look('unit', unitId)
  const level = unit && levelAbove(unit.level)
  return unit?.parent_id && level ? { id: unit.parent_id, level } : null
}

/** Where a case is for those who may not see households: compound, building, entrance; no room. */
export function inWords(dwellingId: string, look: Look): string {
  const home = look('dwelling', dwellingId)
  const compound = home?.compound_id ? look('unit', home.compound_id) : undefined
  const building = home && look('building', home.building_id)
  return [compound?.name, building?.name, home && `${home.entrance}单元`].filter(Boolean).join(' ')
}
