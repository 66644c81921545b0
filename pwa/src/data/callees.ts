/** Whom a whistle can call, as far as this phone knows: units around the case, departments, people by name. */
import { isMember } from '../rules/levels'
import { departmentsOf } from './duty_list'
import { here } from './here'
import { unitsUpFrom } from './ladder'
import { heardAs, spelling, type Heard } from './pinyin'
import type { Colleague } from './team'
import type { Case } from '../api/records'

export interface Callees {
  /** The units from the case's origin up that hold cases, the lowest first. */
  units: { id: string; name: string }[]
  /** Those that the duty list names for the case's item first, the leading one before all. */
  departments: string[]
  /** Everybody who may be called by name, with what they come from: their unit, or their department. They are heard by both. */
  people: (Colleague & Heard & { from: string })[]
}

export async function calleesOf(now: Case): Promise<Callees> {
  const { db, me } = await here()
  const units = await unitsUpFrom(db, [now.origin_id, now.holder_id])
  const names = new Map((await db.base('unit').all()).map(({ id, value }) => [id, value]))
  const people = (await db.base('person').all()).filter(({ id }) => id !== me.person_id)
  const posts = people.flatMap(({ id, value }) => value.memberships.map((post) => ({ id, name: value.name, ...post })))
  const called = posts.filter(({ unit_id, role, department }) => {
    const level = names.get(unit_id)?.level
    return department || (level && isMember({ unit_id, role, level }))
  })
  const known = new Set(called.map(({ department }) => department ?? '').filter(Boolean))
  const listed = await departmentsOf(now.category)
  const spell = await spelling()
  const asCalled = ({ id, name, unit_id, department }: (typeof called)[number]) => {
    const from = department || (names.get(unit_id)?.name ?? '')
    return { id, name, from, ...heardAs(`${name} ${from}`, spell) }
  }
  return {
    units: [...units].filter(([, { level }]) => level !== 'city').map(([id, { name }]) => ({ id, name })),
    departments: [...new Set([...listed.filter((name) => known.has(name)), ...[...known].sort(byName)])],
    people: [...new Map(called.map((post) => [post.id, asCalled(post)])).values()].sort((one, other) => byName(one.name, other.name)),
  }
}

const byName = (one: string, other: string): number => one.localeCompare(other, 'zh-CN')
