import type { DwellingCell } from '@/data'

export interface Floor {
  floor: number
  /** One per column; null where this floor has no such room. */
  cells: (DwellingCell | null)[]
}

export interface Matrix {
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
  const columns = [...new Set(here.map(columnOf))].sort(byNumber)
  const at = new Map(here.map((cell) => [`${cell.floor}/${columnOf(cell)}`, cell]))
  const floors = [...new Set(here.map((cell) => cell.floor))].sort((a, b) => b - a)
  const cellsOf = (floor: number) => columns.map((column) => at.get(`${floor}/${column}`) ?? null)
  return { columns, floors: floors.map((floor) => ({ floor, cells: cellsOf(floor) })) }
}
