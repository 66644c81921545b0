/** Every door and everybody behind it, in memory while somebody searches. */
import type { Resident } from '../api/records'
import type { PersonDatabase } from './db'
import { fact } from './facts'
import { keeping } from './kept'
import type { Overlay } from './overlay'
import { spelling, spells, type Spelling } from './pinyin'

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
  syllables: string[]
}

export interface Directory {
  /** Names of buildings by id. */
  buildings: ReadonlyMap<string, string>
  doors: readonly Door[]
  residents: readonly Listed[]
  spell: Spelling
}

const kept = keeping<Directory>()

/** The directory of base as it is now; made anew only after it changed. */
export async function directory(db: PersonDatabase): Promise<Directory> {
  return kept(`${db.personId} ${(await fact(db, 'listed')) ?? ''}`, () => made(db))
}

async function made(db: PersonDatabase): Promise<Directory> {
  const [buildings, doors, residents, spell] = [new Map<string, string>(), [] as Door[], [] as Listed[], await spelling()]
  for (const { id, value } of await db.base('building').all()) buildings.set(id, value.name)
  for await (const rows of db.base('dwelling').parts()) {
    for (const { id, value: { building_id, entrance, room } } of rows) doors.push({ id, building_id, entrance, room })
  }
  for await (const rows of db.base('resident').parts()) {
    for (const { id, value } of rows) residents.push(listedAs(id, value, spell))
  }
  return { buildings, doors, residents, spell }
}

const listedAs = (id: string, { dwelling_id, name, phone }: Resident, spell: Spelling): Listed =>
  ({ id, dwelling_id, name, lower: name.toLowerCase(), digits: phone.replace(/\D/g, ''), syllables: spell(name) })

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
  const sounds = /^[a-z]+$/.test(asked)
  return ({ lower, syllables }) => lower.includes(asked) || (sounds && spells(syllables, asked))
}
