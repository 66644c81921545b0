/** What this phone holds of each territory: counted from its own rows, never from what the server says (L9). */
import type { Placed, Unit } from '../api/records'
import { counting, nothing, type Tally } from '../rules/agreement'
import { isLevel, levelRule } from '../rules/levels'
import { RECORD_TYPES, type PersonDatabase } from './db'
import { pagesOf } from './pages'
import { isReadable } from './sealing'

/** A territory by its name on the wire, e.g. `grid:0198…`. */
interface Territory {
  unit: string
  /** It is a case that somebody was called to, not a unit. */
  isCase: boolean
  /** Above the community only what has reached this rank is seen; 0 below (L8). */
  reached: number
  tally: Tally
}

type Value = Partial<Placed> & { reached?: number; case_id?: string }

const COMMUNITY = levelRule('community').rank

/** The tallies of these territories, by name; those of a level this version does not know are left out. */
export async function held(db: PersonDatabase, names: readonly string[]): Promise<Map<string, Tally>> {
  const territories = new Map(names.flatMap((name) => territoryOf(name)))
  const upFrom = await ladder(db)
  const all = [...territories.values()]
  for (const type of RECORD_TYPES) {
    const count = counterOf(all, type, upFrom)
    for await (const rows of db.base(type).parts()) for (const row of rows) count(row.id, row.version, row.value as Value)
  }
  for await (const rows of pagesOf(db.elsewhere, ({ type, id }): [string, string] => [type, id])) {
    for (const row of rows.filter(isReadable)) counterOf(all, row.type, upFrom)(row.id, row.version, row.value as Value)
  }
  return new Map([...territories].map(([name, { tally }]) => [name, tally]))
}

function territoryOf(name: string): [string, Territory][] {
  const [level = '', unit = ''] = name.split(':')
  if (level === 'case') return [[name, { unit, isCase: true, reached: 0, tally: nothing() }]]
  if (!isLevel(level)) return []
  const { rank } = levelRule(level)
  return [[name, { unit, isCase: false, reached: rank > COMMUNITY ? rank : 0, tally: nothing() }]]
}

/** Counts a record into the territories it belongs to. Units and people have no place and belong to none. */
function counterOf(territories: Territory[], type: string, upFrom: (unit: string | null | undefined) => string[]) {
  const count = counting(type)
  return (id: string, version: number, { grid_id, compound_id, reached = 0, case_id }: Value): void => {
    const above = upFrom(compound_id)
    for (const territory of territories) {
      const within = territory.isCase
        ? territory.unit === (type === 'case' ? id : case_id)
        : territory.unit === grid_id || above.includes(territory.unit)
      if (within && reached >= territory.reached) count(territory.tally, id, version)
    }
  }
}

/** What gives a unit and all above it. */
async function ladder(db: PersonDatabase): Promise<(unit: string | null | undefined) => string[]> {
  const units = new Map<string, Unit>()
  for await (const rows of db.base('unit').parts()) for (const { id, value } of rows) units.set(id, value)
  const known = new Map<string, string[]>()
  return function upFrom(unit): string[] {
    if (!unit) return []
    const chain = known.get(unit) ?? [unit, ...upFrom(units.get(unit)?.parent_id)]
    known.set(unit, chain)
    return chain
  }
}
