/** The people of a unit's team, as far as this phone knows them. */
import { isMember } from '../rules/levels'
import { here } from './here'

export interface Colleague {
  id: string
  name: string
}

/** Who serves on the unit's team, by name. */
export async function teamOf(unitId: string): Promise<Colleague[]> {
  const { db } = await here()
  const unit = await db.base('unit').get(unitId)
  if (!unit) return []
  const people = await db.base('person').all()
  const serves = (memberships: { unit_id: string; role: string }[]) =>
    memberships.some(({ unit_id, role }) => unit_id === unitId && isMember({ unit_id, role, level: unit.value.level }))
  return people
    .filter(({ value }) => serves(value.memberships))
    .map(({ id, value }) => ({ id, name: value.name }))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh-CN'))
}
