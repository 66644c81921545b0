import type { DwellingCell } from '@/data'

export interface Floor {
  floor: number
  /** One per column; null where this floor has no such room. */
  cells: (DwellingCell | null)[]
}

export interface Matrix {
  /** What each is called; twice where two phones have added the same door. */
  columns: string[]
  floors: Floor[]
}

const byNumber = new Intl.Collator('zh-CN', { numeric: true }).compare

/** Entrances of a building, in the order people count them. */
export function entrancesOf(cells: DwellingCell[]): string[] {
  return [...new Set(cells.map((cell) => cell.entrance))].sort(byNumber)
}

/** `502` on floor 5 stands in column `02`, above `402`; a room named otherwise has a column of its own. */
function columnOf(cell: DwellingCell): string {
  const floor = String(cell.floor)
  return cell.room.startsWith(floor) && cell.room.length > floor.length ? cell.room.slice(floor.length) : cell.room
}

/** One entrance as it stands: the highest floor on top, rooms above each other. */
export function matrixOf(cells: DwellingCell[], entrance: string): Matrix {
  const here = cells.filter((cell) => cell.entrance === entrance)
  const names = [...new Set(here.map(columnOf))].sort(byNumber)
  const at = new Map<string, DwellingCell[]>()
  for (const cell of here) {
    const place = `${cell.floor}/${columnOf(cell)}`
    at.set(place, [...(at.get(place) ?? []), cell])
  }
  const floors = [...new Set(here.map((cell) => cell.floor))].sort((a, b) => b - a)
  const widthOf = (name: string) => Math.max(...floors.map((floor) => at.get(`${floor}/${name}`)?.length ?? 0))
  const columns = names.flatMap((name) => Array.from({ length: widthOf(name) }, (_, nth) => ({ name, nth })))
  const cellsOf = (floor: number) => columns.map(({ name, nth }) => at.get(`${floor}/${name}`)?.[nth] ?? null)
  return { columns: columns.map(({ name }) => name), floors: floors.map((floor) => ({ floor, cells: cellsOf(floor) })) }
}
