/** Finding a dwelling by 房号 (3-1-502), building, a resident's name or its sound, or the end of a phone number. */
import { asShown, askedFor, directory, readyDirectory, type Directory, type Door } from './directory'
import { here, present } from './here'
import { dwellingLabel } from './labels'
import { listedMark } from './listed'
import { overlay } from './overlay'
import type { SearchHit } from './types'

const MOST = 50
const DOOR = /^(\d+)\s*(?:号楼|栋|#)?\s*[-－—\s]\s*(\d+)(?:单元)?(?:\s*[-－—\s]\s*(\w+))?$/

const ENTRANCE = /^(\d+)(?:单元)?\s*[-－—\s]\s*(\w+)$/

/** At most 50 dwellings, those found by their door first. All of it in memory: what is typed is found at once. */
export async function search(text: string): Promise<SearchHit[]> {
  const asked = text.trim().toLowerCase()
  if (!asked) return []
  const at = await here()
  const [over, listed] = await Promise.all([overlay(at), directory(at.db)])
  const now = asShown(listed, over)
  return hits(now, firstOf(now, asked))
}

/** What is found, each dwelling once, and no more looked for than is shown. */
function firstOf(listed: Directory, asked: string): string[] {
  const found = new Set<string>()
  for (const find of [byDoor, byEntrance, byRoom, byResident, byBuilding]) {
    for (const id of find(listed, asked)) {
      found.add(id)
      if (found.size === MOST) return [...found]
    }
  }
  return [...found]
}

/** Make ready what a search needs: at once where the first letter is about to be typed, else while the screen is at rest. */
export async function readySearch(when: 'now' | 'at leisure' = 'now'): Promise<void> {
  const { db } = await here()
  await (when === 'now' ? directory(db) : readyDirectory(db))
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

function hits({ buildings, doors, residents }: Directory, ids: readonly string[]): SearchHit[] {
  const wanted = new Set(ids)
  const homes = new Map(doors.filter(({ id }) => wanted.has(id)).map((door) => [door.id, door]))
  const people = residents.filter(({ dwelling_id }) => wanted.has(dwelling_id))
  return ids.flatMap((id) => {
    const home = homes.get(id)
    if (!home) return []
    const names = people.filter(({ dwelling_id }) => dwelling_id === id).map(({ name }) => name)
    return [{ dwelling_id: id, label: dwellingLabel(home, buildings.get(home.building_id)), names }]
  })
}
