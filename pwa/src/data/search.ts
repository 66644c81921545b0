/** Finding a dwelling by 房号 (3-1-502), building, a resident's name or its sound, or the end of a phone number. */
import { asShown, askedFor, directory, type Directory, type Door } from './directory'
import { here, present } from './here'
import { allBuildings, dwellingLabel } from './labels'
import { listedMark } from './listed'
import { readyMatters } from './matters'
import { narrow } from './narrow'
import { overlay } from './overlay'
import type { SearchHit } from './types'

/** So many dwellings are found at most. */
export const MOST_FOUND = 50
const DASH = /\s*[-—\s]\s*/g
/** How entrances are called: by a number, a letter, or a word such as 西. */
const ENTRANCE = String.raw`(\d+|[a-z东西南北中甲乙丙丁])`
const DOOR = new RegExp(String.raw`^(\d+)-${ENTRANCE}(?:-(\w+))?$`)

/** Building, entrance and room, each where it is said; the floor is part of the room's number. */
const SAID = new RegExp(
  String.raw`^(?:(\d+)(?:(?:号楼|栋|幢|座|#|号(?=\d+单元))-?|-(?=\d+单元)))?(?:${ENTRANCE}(?:单元-?|-))?(?:\d+[层楼]-?(?=\w))?(?:(\w+)[室户号房]?)?$`,
)

export interface Searchable extends Directory {
  /** What buildings are called where one is shown, by id. */
  called: ReadonlyMap<string, string>
}

/** All that can be found on this phone, in memory, so that `search` answers each letter at once. */
export async function searchable(): Promise<Searchable> {
  const at = await here()
  const [over, listed, called] = await Promise.all([overlay(at), directory.now(at.db), allBuildings(at)])
  return { ...asShown(listed, over), called: new Map(called.map(({ id, value }) => [id, value.name])) }
}

/** At most `MOST_FOUND` dwellings, those found by their door first. */
export function search(listed: Searchable, text: string): SearchHit[] {
  const asked = narrow(text.trim()).toLowerCase()
  return asked ? hits(listed, firstOf(listed, asked)) : []
}

/** What is found, each dwelling once, and no more looked for than is shown. */
function firstOf(listed: Directory, asked: string): string[] {
  const found = new Set<string>()
  for (const find of [byDoor, bySaying, byResident, byBuilding]) {
    for (const id of find(listed, asked)) {
      found.add(id)
      if (found.size === MOST_FOUND) return [...found]
    }
  }
  return [...found]
}

/** Make ready what a search needs, while the screen is at rest. */
export async function readySearch(): Promise<void> {
  const { db } = await here()
  await directory.ready(db)
  await readyMatters(db)
}

/** Another whenever there is something to make ready; null while nothing can be read. */
export const searchMark = async (): Promise<string | null> => {
  const at = await present()
  return at && listedMark(at.db)
}

/** The ids of dwellings, as they are listed; one after the other, for of a common name most need not be asked for. */
type Find = (listed: Directory, asked: string) => Iterable<string>

/** `3-1-502`, or `3-1` for a whole entrance. */
const byDoor: Find = (listed, asked) => {
  const [, number, entrance, room] = DOOR.exec(dashed(asked)) ?? []
  return number ? doorsOf(listed, number, entrance, room) : []
}

/** As people say it, `3号楼1单元502室` or any part of that, and `1-401` as it stands on a dwelling's label. */
const bySaying: Find = (listed, asked) => {
  const [, number, entrance, room] = SAID.exec(dashed(asked)) ?? []
  return number || entrance || room ? doorsOf(listed, number, entrance, room) : []
}

const byResident: Find = function* ({ households }, asked) {
  const isAskedFor = askedFor(asked)
  for (const [home, people] of households) if (people.some(isAskedFor)) yield home
}

const byBuilding: Find = (listed, asked) => {
  const named = buildingsWhere(listed, (name) => name.toLowerCase().includes(asked))
  return doorsWhere(listed, ({ building_id }) => named.has(building_id))
}

const dashed = (asked: string): string => asked.replace(DASH, '-')

/** Of a building, an entrance, and rooms that begin so; of all where none is given. */
function doorsOf(listed: Directory, number?: string, entrance?: string, room = ''): Iterable<string> {
  const numbered = number && buildingsWhere(listed, (name) => Number.parseInt(name.replace(/^\D+/, ''), 10) === Number(number))
  return doorsWhere(listed, (door) =>
    (!numbered || numbered.has(door.building_id)) && (!entrance || door.entrance.toLowerCase() === entrance) && door.room.toLowerCase().startsWith(room))
}

const buildingsWhere = ({ buildings }: Directory, fits: (name: string) => boolean): ReadonlySet<string> =>
  new Set([...buildings].filter(([, name]) => fits(name)).map(([id]) => id))

function* doorsWhere({ doors }: Directory, fits: (door: Door) => boolean): Iterable<string> {
  for (const door of doors.values()) if (fits(door)) yield door.id
}

function hits({ called, doors, households }: Searchable, ids: readonly string[]): SearchHit[] {
  return ids.flatMap((id) => {
    const home = doors.get(id)
    const names = (households.get(id) ?? []).map(({ name }) => name)
    return home ? [{ dwelling_id: id, label: dwellingLabel(home, called.get(home.building_id)), names }] : []
  })
}
