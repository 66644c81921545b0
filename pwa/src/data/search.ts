/** Finding a dwelling by 房号 (3-1-502), building, a resident's name or its sound, or the end of a phone number. */
import type { Resident } from '../api/records'
import type { PersonDatabase, Row } from './db'
import { directory, isAsked, nameOf, type Directory, type Door } from './directory'
import { here, type Here } from './here'
import { buildingsById, dwellingLabel, homesById } from './labels'
import { overlay, type Overlay } from './overlay'
import { shown } from './shown'
import { homeTag } from './tags'
import type { SearchHit } from './types'

const MOST = 50
const DOOR = /^(\d+)\s*(?:号楼|栋|#)?\s*[-－—\s]\s*(\d+)(?:单元)?(?:\s*[-－—\s]\s*(\w+))?$/

const ENTRANCE = /^(\d+)(?:单元)?\s*[-－—\s]\s*(\w+)$/

/** At most 50 dwellings, those found by their door first. */
export async function search(text: string): Promise<SearchHit[]> {
  const asked = text.trim().toLowerCase()
  if (!asked) return []
  const at = await here()
  const [over, listed, buildings] = await Promise.all([overlay(at), directory(at.db), at.db.base('building').all()])
  const doors = doorsShown(listed.doors, over)
  const byNumber = [byDoor, byEntrance, byRoom].flatMap((find) => find(doors, buildings, asked))
  const found = [...byNumber.map(({ id }) => id), ...(await byResident(at, over, listed, asked)), ...byBuilding(doors, buildings, asked).map(({ id }) => id)]
  return hits(at.db, over, [...new Set(found)].slice(0, MOST))
}

/** Make ready what a search needs, before the first letter is typed. */
export async function readySearch(): Promise<void> {
  await directory((await here()).db)
}

/** The doors as they are called now, also where only this phone knows yet. */
function doorsShown(doors: readonly Door[], over: Overlay): readonly Door[] {
  const corrected = new Map(over.all('dwelling').map(({ id, value }) => [id, value]))
  return corrected.size > 0 ? doors.map((door) => ({ ...door, ...corrected.get(door.id) })) : doors
}

type Find = (doors: readonly Door[], buildings: readonly Row<'building'>[], asked: string) => Door[]

/** `3-1-502`, or `3-1` for a whole entrance. */
const byDoor: Find = (doors, buildings, asked) => {
  const [, number, entrance, room = ''] = DOOR.exec(asked) ?? []
  if (!number) return []
  const numbered = doorsIn(doors, buildings, (name) => Number.parseInt(name.replace(/^\D+/, ''), 10) === Number(number))
  return numbered.filter((door) => door.entrance === entrance && door.room.toLowerCase().startsWith(room))
}

/** `1-401` as it stands on a dwelling's label: entrance and room, in every building. */
const byEntrance: Find = (doors, _buildings, asked) => {
  const [, entrance, room = ''] = ENTRANCE.exec(asked) ?? []
  return entrance ? doors.filter((door) => door.entrance === entrance && door.room.toLowerCase().startsWith(room)) : []
}

const byRoom: Find = (doors, _buildings, asked) => (/^\w+$/.test(asked) ? doors.filter(({ room }) => room.toLowerCase().startsWith(asked)) : [])

const byBuilding: Find = (doors, buildings, asked) => doorsIn(doors, buildings, (name) => name.toLowerCase().includes(asked))

function doorsIn(doors: readonly Door[], buildings: readonly Row<'building'>[], fits: (name: string) => boolean): Door[] {
  const named = new Set(buildings.filter(({ value }) => fits(value.name)).map(({ id }) => id))
  return doors.filter(({ building_id }) => named.has(building_id))
}

/** The dwellings of those who are asked for, by what the outbox makes of them. */
async function byResident({ db }: Here, over: Overlay, { residents, spell }: Directory, asked: string): Promise<string[]> {
  const found = residents.filter((resident) => isAsked(resident, asked)).slice(0, MOST).map(({ id }) => id)
  const fits = (value: Resident) => isAsked(nameOf(value, spell), asked)
  const asShown = await shown(db, over, 'resident', await db.base('resident').some(found), fits)
  return asShown.filter(({ value }) => fits(value)).map(({ value }) => value.dwelling_id)
}

async function hits(db: PersonDatabase, over: Overlay, ids: string[]): Promise<SearchHit[]> {
  const known = new Map((await homesById(db, over, ids)).map((home) => [home.id, home]))
  const homes = ids.flatMap((id) => known.get(id) ?? [])
  const [buildings, residents] = await Promise.all([
    buildingsById(db, homes.map(({ value }) => value.building_id)),
    Promise.all(ids.map((id) => db.base('resident').tagged(homeTag(id)))),
  ])
  const people = await shown(db, over, 'resident', residents.flat(), ({ dwelling_id }) => ids.includes(dwelling_id))
  return homes.map(({ id, value }) => ({
    dwelling_id: id,
    label: dwellingLabel(value, buildings.get(value.building_id)),
    names: people.filter((resident) => resident.value.dwelling_id === id).map((resident) => resident.value.name),
  }))
}
