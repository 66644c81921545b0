/** Finding a dwelling by 房号 (3-1-502), building, a resident's name or its sound, or the end of a phone number. */
import { asShown, askedFor, directory, readyDirectory, type Directory, type Door } from './directory'
import { here, present } from './here'
import { dwellingLabel } from './labels'
import { listedMark } from './listed'
import { overlay } from './overlay'
import type { SearchHit } from './types'

/** So many dwellings are found at most. */
export const MOST_FOUND = 50
const DOOR = /^(\d+)\s*(?:号楼|栋|#)?\s*[-－—\s]\s*(\d+)(?:单元)?(?:\s*[-－—\s]\s*(\w+))?$/

const ENTRANCE = /^(\d+)(?:单元)?\s*[-－—\s]\s*(\w+)$/

/** A directory, and what a find is told by. */
export interface Searchable extends Directory {
  homes: ReadonlyMap<string, Door>
  /** Who lives there, by the dwelling's id. */
  names: ReadonlyMap<string, readonly string[]>
}

/** All that can be found on this phone, in memory, so that `search` answers each letter at once. */
export async function searchable(): Promise<Searchable> {
  const at = await here()
  const [over, listed] = await Promise.all([overlay(at), directory(at.db)])
  const shown = asShown(listed, over)
  return { ...shown, homes: new Map(shown.doors.map((door) => [door.id, door])), names: namesIn(shown) }
}

function namesIn({ residents }: Directory): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const { dwelling_id, name } of residents) {
    const others = names.get(dwelling_id)
    if (others) others.push(name)
    else names.set(dwelling_id, [name])
  }
  return names
}

/** At most `MOST_FOUND` dwellings, those found by their door first. */
export function search(listed: Searchable, text: string): SearchHit[] {
  const asked = text.trim().toLowerCase()
  return asked ? hits(listed, firstOf(listed, asked)) : []
}

/** What is found, each dwelling once, and no more looked for than is shown. */
function firstOf(listed: Directory, asked: string): string[] {
  const found = new Set<string>()
  for (const find of [byDoor, byEntrance, byRoom, byResident, byBuilding]) {
    for (const id of find(listed, asked)) {
      found.add(id)
      if (found.size === MOST_FOUND) return [...found]
    }
  }
  return [...found]
}

/** Make ready what a search needs, while the screen is at rest. */
export async function readySearch(): Promise<void> {
  await readyDirectory((await here()).db)
}

/** Another whenever there is something to make ready; null while nothing can be read. */
export const searchMark = async (): Promise<string | null> => {
  const at = await present()
  return at && listedMark(at.db)
}

/** The ids of dwellings, as they are listed. */
type Find = (listed: Directory, asked: string) => Iterable<string>

const idsOf = (doors: readonly Door[]): string[] => doors.map(({ id }) => id)

/** `3-1-502`, or `3-1` for a whole entrance. */
const byDoor: Find = (listed, asked) => {
  const [, number, entrance, room = ''] = DOOR.exec(asked) ?? []
  if (!number) return []
  const numbered = doorsIn(listed, (name) => Number.parseInt(name.replace(/^\D+/, ''), 10) === Number(number))
  return idsOf(numbered.filter((door) => door.entrance === entrance && door.room.toLowerCase().startsWith(room)))
}

/** `1-401` as it stands on a dwelling's label: entrance and room, in every building. */
const byEntrance: Find = ({ doors }, asked) => {
  const [, entrance, room = ''] = ENTRANCE.exec(asked) ?? []
  return entrance ? idsOf(doors.filter((door) => door.entrance === entrance && door.room.toLowerCase().startsWith(room))) : []
}

const byRoom: Find = ({ doors }, asked) => (/^\w+$/.test(asked) ? idsOf(doors.filter(({ room }) => room.toLowerCase().startsWith(asked))) : [])

/** One after the other: of a common name most need not be asked for. */
const byResident: Find = function* ({ residents }, asked) {
  const isAskedFor = askedFor(asked)
  for (const resident of residents) if (isAskedFor(resident)) yield resident.dwelling_id
}

const byBuilding: Find = (listed, asked) => idsOf(doorsIn(listed, (name) => name.toLowerCase().includes(asked)))

function doorsIn({ buildings, doors }: Directory, fits: (name: string) => boolean): Door[] {
  const named = new Set([...buildings].filter(([, name]) => fits(name)).map(([id]) => id))
  return doors.filter(({ building_id }) => named.has(building_id))
}

function hits({ buildings, homes, names }: Searchable, ids: readonly string[]): SearchHit[] {
  return ids.flatMap((id) => {
    const home = homes.get(id)
    return home ? [{ dwelling_id: id, label: dwellingLabel(home, buildings.get(home.building_id)), names: names.get(id) ?? [] }] : []
  })
}
