/** Every door and everybody behind it, in memory while somebody searches. */
import type { Resident } from '../api/records'
import type { PersonDatabase } from './db'
import { fact } from './facts'
import { keeping } from './kept'
import { leisure, type Leisure } from './leisure'
import type { Overlay } from './overlay'
import { spelling, spells, type Sounds, type Spelling } from './pinyin'

export interface Door {
  id: string
  building_id: string
  entrance: string
  room: string
}

/** Somebody, where they live, and what they are found by. */
export interface Listed {
  id: string
  dwelling_id: string
  name: string
  /** The name in small letters, as it is compared. */
  lower: string
  digits: string
  sounds: Sounds[]
}

export interface Directory {
  /** Names of buildings by id. */
  buildings: ReadonlyMap<string, string>
  doors: readonly Door[]
  residents: readonly Listed[]
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

/** Another whenever what is listed has changed. */
export const directoryMark = async (db: PersonDatabase): Promise<string> => `${db.personId} ${(await fact(db, 'listed')) ?? ''}`

/**
 * The directory of base as it is now; made anew only after it changed. What another began to make is waited for, so it is
 * the last that a live query reads: after the await of a promise from elsewhere Dexie would follow nothing.
 */
export async function directory(db: PersonDatabase): Promise<Directory> {
  const { whole, leisure } = begun(db, await directoryMark(db))
  leisure.end()
  return whole
}

/** Make it ready before anybody needs it, but not before what is being made: while thousands come, most is out of date by then. */
export async function readyDirectory(db: PersonDatabase): Promise<void> {
  while (making) await making.whole.catch(() => undefined)
  await begun(db, await directoryMark(db)).whole
}

function begun(db: PersonDatabase, of: string): Making {
  if (making?.of === of) return making
  const pieces = leisure()
  const mine = { of, whole: kept(of, () => made(db, pieces)), leisure: pieces }
  const ended = () => { if (making === mine) making = null }
  mine.whole.then(ended, ended)
  making = mine
  return mine
}

async function made(db: PersonDatabase, { turn }: Leisure): Promise<Directory> {
  const [buildings, doors, residents] = [new Map<string, string>(), [] as Door[], [] as Listed[]]
  await turn()
  const spell = await spelling()
  for (const { id, value } of await db.base('building').all()) buildings.set(id, value.name)
  for await (const rows of db.base('dwelling').parts()) {
    for (const { id, value: { building_id, entrance, room } } of rows) doors.push({ id, building_id, entrance, room })
    await turn()
  }
  for await (const rows of db.base('resident').parts()) {
    for (const { id, value } of rows) residents.push(listedAs(id, value, spell))
    await turn()
  }
  return { buildings, doors, residents, spell }
}

const listedAs = (id: string, { dwelling_id, name, phone }: Resident, spell: Spelling): Listed => {
  const lower = name.toLowerCase()
  return { id, dwelling_id, name, lower, digits: phone.replace(/\D/g, ''), sounds: spell(lower) }
}

/** The directory as the outbox leaves it: doors and people as they are called now, also where only this phone knows yet. */
export function asShown(listed: Directory, over: Overlay): Directory {
  const doors = new Map(over.all('dwelling').map(({ id, value }) => [id, value]))
  const people = over.turned('resident')
  const turned = new Set(people.map(({ id }) => id))
  return {
    ...listed,
    doors: doors.size > 0 ? listed.doors.map((door) => ({ ...door, ...doors.get(door.id) })) : listed.doors,
    residents: turned.size === 0 ? listed.residents : [
      ...listed.residents.filter(({ id }) => !turned.has(id)),
      ...people.flatMap(({ id, value }) => (value ? [listedAs(id, value, listed.spell)] : [])),
    ],
  }
}

/** Whether somebody is asked for: any part of the name, how it sounds, or the end of the phone number. */
export function askedFor(asked: string): (resident: Listed) => boolean {
  if (/^\d+$/.test(asked)) return ({ digits }) => digits.endsWith(asked)
  const isSpelt = /^[a-z]+$/.test(asked)
  return ({ lower, sounds }) => lower.includes(asked) || (isSpelt && spells(sounds, asked))
}
