/** Every door and everybody behind it, in memory while somebody searches. */
import type { Dwelling, Resident } from '../api/records'
import type { PersonDatabase } from './db'
import type { ChangedIds } from './listed'
import type { Overlay } from './overlay'
import { heardAs, hears, spelling, type Heard, type Spelling } from './pinyin'
import { readied, type Readied, type Turn } from './readied'
import { telephones } from './telephones'

export interface Door {
  id: string
  building_id: string
  entrance: string
  room: string
}

/** Somebody, where they live, and what they are found by. */
export interface Listed extends Heard {
  id: string
  dwelling_id: string
  name: string
  /** The figures of each of their telephone numbers. */
  digits: readonly string[]
}

/** Who lives behind each door that anybody lives behind, by the dwelling's id. */
type Households = ReadonlyMap<string, readonly Listed[]>

/** Kept as it is looked up: what somebody types is then answered without going through everybody twice. */
export interface Directory {
  /** Names of buildings by id. */
  buildings: ReadonlyMap<string, string>
  doors: ReadonlyMap<string, Door>
  households: Households
  spell: Spelling
}

async function all(db: PersonDatabase, turn: Turn): Promise<Directory> {
  const doors = new Map<string, Door>()
  const households = new Map<string, Listed[]>()
  const spell = await spelling()
  const buildings = new Map((await db.base('building').all()).map(({ id, value }) => [id, value.name]))
  for await (const rows of db.base('dwelling').parts()) {
    for (const { id, value } of rows) doors.set(id, doorAs(id, value))
    await turn()
  }
  for await (const rows of db.base('resident').parts()) {
    for (const { id, value } of rows) {
      const household = households.get(value.dwelling_id)
      const resident = listedAs(id, value, spell)
      if (household) household.push(resident)
      else households.set(value.dwelling_id, [resident])
    }
    await turn()
  }
  return { buildings, doors, households, spell }
}

async function changedIn(db: PersonDatabase, listed: Directory, changed: ChangedIds): Promise<Directory> {
  const { spell } = listed
  const [buildings, doors, residents] = await Promise.all([
    db.base('building').some(changed.building), db.base('dwelling').some(changed.dwelling), db.base('resident').some(changed.resident),
  ])
  return {
    buildings: replaced(listed.buildings, changed.building, buildings.map(({ id, value }) => [id, value.name])),
    doors: replaced(listed.doors, changed.dwelling, doors.map(({ id, value }) => [id, doorAs(id, value)])),
    households: rehoused(listed.households, changed.resident, residents.map(({ id, value }) => listedAs(id, value, spell))),
    spell,
  }
}

/** Everybody as base is now. */
export const directory: Readied<Directory> = readied({ all, changed: changedIn })

/** The items with those of these ids as they are now, in their places; new ones at the end. */
export function replaced<Item>(items: ReadonlyMap<string, Item>, ids: readonly string[], now: readonly [string, Item][]): ReadonlyMap<string, Item> {
  if (ids.length === 0) return items
  const [all, fresh] = [new Map(items), new Map(now)]
  for (const id of ids) if (!fresh.has(id)) all.delete(id)
  for (const [id, item] of fresh) all.set(id, item)
  return all
}

/** The same of residents, each in the household they live in now. */
function rehoused(households: Households, ids: readonly string[], now: readonly Listed[]): Households {
  if (ids.length === 0) return households
  const [changed, fresh, all] = [new Set(ids), new Map(now.map((one) => [one.id, one])), new Map<string, readonly Listed[]>()]
  for (const [home, people] of households) {
    const inPlace = people.flatMap((one) => {
      if (!changed.has(one.id)) return one
      const is = fresh.get(one.id)
      if (is?.dwelling_id !== home) return []
      fresh.delete(is.id)
      return is
    })
    if (inPlace.length > 0) all.set(home, inPlace)
  }
  for (const one of fresh.values()) all.set(one.dwelling_id, [...(all.get(one.dwelling_id) ?? []), one])
  return all
}

const doorAs = (id: string, { building_id, entrance, room }: Dwelling): Door => ({ id, building_id, entrance, room })

const listedAs = (id: string, { dwelling_id, name, phone }: Resident, spell: Spelling): Listed =>
  ({ id, dwelling_id, name, digits: figuresOf(phone), ...heardAs(name, spell) })

const figuresOf = (phone: string): string[] => telephones(phone).map(({ number }) => number.replace(/\D/g, ''))

/** The directory as the outbox leaves it: doors and people as they are called now, also where only this phone knows yet. */
export function asShown(listed: Directory, over: Overlay): Directory {
  const doors = over.all('dwelling')
  const people = over.turned('resident')
  const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id)
  return {
    ...listed,
    doors: replaced(listed.doors, idsOf(doors), doors.map(({ id, value }) => [id, doorAs(id, value)])),
    households: rehoused(listed.households, idsOf(people), people.flatMap(({ id, value }) => (value ? [listedAs(id, value, listed.spell)] : []))),
  }
}

/** A whole number as a phone's list of calls copies it: in groups, and behind the number of the country. */
const COPIED = /^(?:\+86)?([\s-]*\d){8,}$/

/** The end of a phone number, as it is asked for; null for anything else. */
function endIn(asked: string): string | null {
  if (/^\d+$/.test(asked)) return asked
  return COPIED.test(asked) ? asked.replace(/^\+86|[\s-]/g, '') : null
}

/** Whether somebody is asked for: any part of the name, how it sounds, or the end of the phone number. */
export function askedFor(asked: string): (resident: Listed) => boolean {
  const end = endIn(asked)
  return end ? ({ digits }) => digits.some((number) => number.endsWith(end)) : hears(asked)
}
