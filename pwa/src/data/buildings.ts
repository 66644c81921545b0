/** The buildings, and the matrix of one building's dwellings. */
import Dexie from 'dexie'
import type { PersonDatabase, Row } from './db'
import type { Digest } from './digest'
import { dayOf, daysAfter, isDue } from './due'
import { here } from './here'
import { overlay } from './overlay'
import { overlaidDigests, type DigestTurn } from './overlay_digest'
import { shown } from './shown'
import type { BuildingSummary, DwellingCell } from './types'

const RECENT_DAYS = 30
const byName = new Intl.Collator('zh-CN', { numeric: true }).compare

interface Counts {
  dwellings: number
  visited: number
  open_cases: number
}

/** Every building of the scope, in the order of its name, with what a list says of it. */
export async function buildings(): Promise<BuildingSummary[]> {
  const at = await here()
  const since = new Date(daysAfter(Date.now(), -RECENT_DAYS)).toISOString()
  const rows = await at.db.base('building').toArray()
  const changed = [...(await overlaidDigests(at.db, await overlay(at))).values()]
  const summaries = await Promise.all(rows.map((row) => summary(at.db, row, since, changed)))
  return summaries.sort((one, other) => byName(one.name, other.name))
}

async function summary(db: PersonDatabase, { id, value }: Row<'building'>, since: string, changed: DigestTurn[]): Promise<BuildingSummary> {
  const counts = await countsOf(db, id, since)
  const own = changed.filter(({ before }) => before.building_id === id)
  const more = (tell: (digest: Digest) => number) => own.reduce((sum, { before, after }) => sum + tell(after) - tell(before), 0)
  const { name, grid_id, entrances, floors } = value
  return {
    id, name, grid_id, entrances, floors,
    dwellings: counts.dwellings,
    visited: counts.visited + more((digest) => Number(digest.visited_at >= since)),
    open_cases: counts.open_cases + more((digest) => digest.open.length),
  }
}

async function countsOf({ digest }: PersonDatabase, buildingId: string, since: string): Promise<Counts> {
  const [dwellings, visited, busy] = await Promise.all([
    digest.where('building_id').equals(buildingId).count(),
    digest.where('[building_id+visited_at]').between([buildingId, since], [buildingId, Dexie.maxKey]).count(),
    digest.where('busy').equals(buildingId).toArray(),
  ])
  return { dwellings, visited, open_cases: busy.reduce((sum, { open }) => sum + open.length, 0) }
}

/** The dwellings of one building, by entrance, floor and room. */
export async function dwellingsOf(buildingId: string): Promise<DwellingCell[]> {
  const at = await here()
  const [rows, digests, over] = await Promise.all([
    at.db.base('dwelling').where('value.building_id').equals(buildingId).toArray(),
    at.db.digest.where('building_id').equals(buildingId).toArray(),
    overlay(at),
  ])
  const homes = await shown(at.db, over, 'dwelling', rows, (value) => value.building_id === buildingId)
  const changed = await overlaidDigests(at.db, over)
  const known = new Map(digests.map((digest) => [digest.id, digest]))
  const day = dayOf(Date.now())
  return homes.map((home) => cell(home, changed.get(home.id)?.after ?? known.get(home.id), day)).sort(byDoor)
}

function cell({ id, value: { entrance, floor, room } }: Pick<Row<'dwelling'>, 'id' | 'value'>, digest: Digest | undefined, day: string): DwellingCell {
  return {
    id, entrance, floor, room,
    last_visited_on: digest?.visited_at ? dayOf(digest.visited_at) : null,
    open_cases: digest?.open.length ?? 0,
    due: digest !== undefined && isDue(digest, day),
  }
}

const byDoor = (one: DwellingCell, other: DwellingCell): number =>
  byName(one.entrance, other.entrance) || one.floor - other.floor || byName(one.room, other.room)
