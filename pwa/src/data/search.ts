/** Finding a dwelling by 房号 (3-1-502), building, resident, or the end of a phone number. */
import type { Resident } from '../api/records'
import type { PersonDatabase, Row } from './db'
import { here, type Here } from './here'
import { buildingsById, dwellingLabel } from './labels'
import { overlay, type Overlay } from './overlay'
import { shown } from './shown'
import { termFor, termsOf } from './terms'
import type { SearchHit } from './types'

const MOST = 50
const DOOR = /^(\d+)\s*(?:号楼|栋|#)?\s*[-－—\s]\s*(\d+)(?:单元)?(?:\s*[-－—\s]\s*(\w+))?$/

const ENTRANCE = /^(\d+)(?:单元)?\s*[-－—\s]\s*(\w+)$/

/** At most 50 dwellings, those found by their door first. */
export async function search(text: string): Promise<SearchHit[]> {
  const asked = text.trim()
  if (!asked) return []
  const at = await here()
  const { db } = at
  const over = await overlay(at)
  const found = [await byDoor(db, asked), await byEntrance(db, asked), await byRoom(db, asked), await byResident(at, over, asked), await byBuilding(db, asked)].flat()
  return hits(db, over, [...new Set(found)].slice(0, MOST))
}

/** `3-1-502`, or `3-1` for a whole entrance. */
async function byDoor(db: PersonDatabase, asked: string): Promise<string[]> {
  const [, number, entrance, room = ''] = DOOR.exec(asked) ?? []
  if (!number) return []
  const at = await buildingsNamed(db, (name) => Number.parseInt(name.replace(/^\D+/, ''), 10) === Number(number))
  const homes = db.base('dwelling').where('value.building_id').anyOf(at)
  return idsOf(homes.filter(({ value }) => value.entrance === entrance && value.room.startsWith(room)).limit(MOST))
}

/** `1-401` as it stands on a dwelling's label: entrance and room, in every building. */
async function byEntrance(db: PersonDatabase, asked: string): Promise<string[]> {
  const [, entrance, room = ''] = ENTRANCE.exec(asked) ?? []
  if (!entrance) return []
  const homes = db.base('dwelling').where('value.room').startsWith(room)
  return idsOf(homes.filter(({ value }) => value.entrance === entrance).limit(MOST))
}

async function byRoom(db: PersonDatabase, asked: string): Promise<string[]> {
  return /^\w+$/.test(asked) ? idsOf(db.base('dwelling').where('value.room').startsWith(asked).limit(MOST)) : []
}

async function byResident({ db }: Here, over: Overlay, asked: string): Promise<string[]> {
  const term = termFor(asked)
  const found = await db.base('resident').where('terms').startsWith(term).distinct().limit(MOST).toArray()
  const fits = (value: Resident) => termsOf(value).some((one) => one.startsWith(term))
  const residents = (await shown(db, over, 'resident', found, fits)).filter(({ value }) => fits(value))
  return residents.map(({ value }) => value.dwelling_id)
}

async function byBuilding(db: PersonDatabase, asked: string): Promise<string[]> {
  const at = await buildingsNamed(db, (name) => name.includes(asked))
  return idsOf(db.base('dwelling').where('value.building_id').anyOf(at).limit(MOST))
}

async function buildingsNamed(db: PersonDatabase, fits: (name: string) => boolean): Promise<string[]> {
  const all = await db.base('building').toArray()
  return all.filter(({ value }) => fits(value.name)).map(({ id }) => id)
}

const idsOf = (homes: { primaryKeys: () => Promise<string[]> }): Promise<string[]> => homes.primaryKeys()

async function hits(db: PersonDatabase, over: Overlay, ids: string[]): Promise<SearchHit[]> {
  const rows = await db.base('dwelling').bulkGet(ids)
  const homes = rows.filter((row): row is Row<'dwelling'> => row !== undefined)
  const [buildings, residents] = await Promise.all([
    buildingsById(db, homes.map(({ value }) => value.building_id)),
    db.base('resident').where('value.dwelling_id').anyOf(ids).toArray(),
  ])
  const people = await shown(db, over, 'resident', residents, ({ dwelling_id }) => ids.includes(dwelling_id))
  return homes.map(({ id, value }) => ({
    dwelling_id: id,
    label: dwellingLabel(value, buildings.get(value.building_id)),
    names: people.filter((resident) => resident.value.dwelling_id === id).map((resident) => resident.value.name),
  }))
}
