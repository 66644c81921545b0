/** Every door and everybody behind it, in memory while somebody searches. */
import type { Resident } from '../api/records'
import type { PersonDatabase } from './db'
import { fact } from './facts'
import { whenLocked } from './keys'
import { spelling, spells, type Spelling } from './pinyin'

/** What a resident is found by. */
interface Name {
  name: string
  digits: string
  syllables: string[]
}

export interface Door {
  id: string
  building_id: string
  entrance: string
  room: string
}

export interface Directory {
  doors: Door[]
  residents: ({ id: string } & Name)[]
  spell: Spelling
}

let kept: { of: string; directory: Promise<Directory> } | null = null

whenLocked(() => { kept = null })

/** The directory of base as it is now; made anew only after it changed. */
export async function directory(db: PersonDatabase): Promise<Directory> {
  const of = `${db.personId} ${await fact(db, 'listed') ?? ''}`
  if (kept?.of !== of) kept = { of, directory: made(db).catch(forget) }
  return kept.directory
}

/** What could not be made, such as for a storage closed in the middle, is made anew when next asked for. */
function forget(fault: unknown): never {
  kept = null
  throw fault
}

async function made(db: PersonDatabase): Promise<Directory> {
  const listed: Directory = { doors: [], residents: [], spell: await spelling() }
  for await (const rows of db.base('dwelling').parts()) {
    for (const { id, value: { building_id, entrance, room } } of rows) listed.doors.push({ id, building_id, entrance, room })
  }
  for await (const rows of db.base('resident').parts()) {
    for (const { id, value } of rows) listed.residents.push({ id, ...nameOf(value, listed.spell) })
  }
  return listed
}

export function nameOf({ name, phone }: Resident, spell: Spelling): Name {
  return { name: name.toLowerCase(), digits: phone.replace(/\D/g, ''), syllables: spell(name) }
}

/** Whether this is asked for: any part of the name, how it sounds, or the end of the phone number. */
export function isAsked({ name, digits, syllables }: Name, asked: string): boolean {
  if (/^\d+$/.test(asked)) return digits.endsWith(asked)
  return name.includes(asked) || (/^[a-z]+$/.test(asked) && spells(syllables, asked))
}
