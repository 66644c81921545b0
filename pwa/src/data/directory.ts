/** Every door and everybody behind it, in memory while somebody searches. */
import type { Dwelling, Resident } from '../api/records'
import type { PersonDatabase } from './db'
import { keeping, type Kept } from './kept'
import { leisure, type Leisure } from './leisure'
import { listedMark, listedSince, type Change } from './listed'
import type { Overlay } from './overlay'
import { heardAs, hears, spelling, type Heard, type Spelling } from './pinyin'

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
  digits: string
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

const kept = keeping<Directory>()

/** One that is being made, of this state of base. */
interface Making {
  of: string
  whole: Promise<Directory>
  leisure: Leisure
}

let making: Making | null = null

/**
 * The directory of base as it is now; made anew only after it changed. What another began to make is waited for, so it is
 * the last that a live query reads: after the await of a promise from elsewhere Dexie would follow nothing.
 */
export async function directory(db: PersonDatabase): Promise<Directory> {
  const { whole, leisure } = begun(db, await listedMark(db))
  leisure.end()
  return whole
}

/** Make it ready before anybody needs it, but not before what is being made: while thousands come, most is out of date by then. */
export async function readyDirectory(db: PersonDatabase): Promise<void> {
  while (making) await making.whole.catch(() => undefined)
  await begun(db, await listedMark(db)).whole
}

function begun(db: PersonDatabase, of: string): Making {
  if (making?.of === of) return making
  const pieces = leisure()
  const mine = { of, whole: kept(of, (last) => made(db, of, last, pieces)), leisure: pieces }
  const ended = () => { if (making === mine) making = null }
  mine.whole.then(ended, ended)
  making = mine
  return mine
}

/** From what was last made where it is known what changed since, which is some people of the day; else all of it. */
async function made(db: PersonDatabase, of: string, last: Kept<Directory> | null, { turn }: Leisure): Promise<Directory> {
  await turn()
  const changed = last && await listedSince(db, last.of, of)
  return changed ? changedIn(db, last.value, changed) : all(db, turn)
}

async function all(db: PersonDatabase, turn: Leisure['turn']): Promise<Directory> {
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

async function changedIn(db: PersonDatabase, listed: Directory, changed: Change['ids']): Promise<Directory> {
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

/** The items with those of these ids as they are now, in their places; new ones at the end. */
function replaced<Item>(items: ReadonlyMap<string, Item>, ids: readonly string[], now: readonly [string, Item][]): ReadonlyMap<string, Item> {
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
  ({ id, dwelling_id, name, digits: phone.replace(/\D/g, ''), ...heardAs(name, spell) })

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

/** Whether somebody is asked for: any part of the name, how it sounds, or the end of the phone number. */
export function askedFor(asked: string): (resident: Listed) => boolean {
  if (/^\d+$/.test(asked)) return ({ digits }) => digits.endsWith(asked)
  return hears(asked)
}
