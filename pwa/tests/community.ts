/** The community the tests speak of: its ladder, its dwellings, and the records of a patch. */
import type { Case, CaseEvent, Conflict, Dwelling, Level, RecordType, Records, Resident, Unit, Visit } from '../src/api/records'
import type { PatchEntry, Put } from '../src/api/wire'
import type { ScopeUnit, VisitForm } from '../src/data/types'

export const DEVICE = 'device'

export const [city, district, street, community, compound, grid, otherGrid] =
  ['city', 'district', 'street', 'community', 'compound', 'grid', 'other-grid'] as const

const unit = (level: Level, name: string, parent_id: string | null): Unit => ({ code: name, name, level, parent_id })

export const units: Record<string, Unit> = {
  [city]: unit('city', '烟台市', null),
  [district]: unit('district', '芝罘区', city),
  [street]: unit('street', '向阳街道', district),
  [community]: unit('community', '幸福社区', street),
  [compound]: unit('compound', '幸福里小区', community),
  [grid]: unit('grid', '第一网格', compound),
  [otherGrid]: unit('grid', '第二网格', compound),
}

export const post = (unit_id: string, role: string): ScopeUnit => {
  const { level, name, code } = units[unit_id] as Unit
  return { unit_id, level, role, name, code }
}

let version = 0

export const put = <T extends RecordType>(type: T, id: string, value: Records[T]): Put => ({ op: 'put', type, id, version: ++version, value })

export const del = (type: RecordType, id: string): PatchEntry => ({ op: 'del', type, id, reason: 'out_of_scope' })

export const theUnits = (): PatchEntry[] => Object.entries(units).map(([id, value]) => put('unit', id, value))

const placed = { grid_id: grid, compound_id: compound }

export const building = (id: string, name: string): Put => put('building', id, { ...placed, name, entrances: 2, floors: 6 })

export const dwellingValue = (more: Partial<Dwelling> = {}): Dwelling => ({
  ...placed, building_id: 'b3', entrance: '1', floor: 5, room: '502', occupancy: 'owner', note: '', ...more,
})

export const residentValue = (more: Partial<Resident> = {}): Resident => ({
  ...placed, dwelling_id: 'd502', name: '王秀英', phone: '13800138817', relation: 'head', birth_year: 1948, care_needs: [], consented_on: null, ...more,
})

export const visitValue = (more: Partial<Visit> = {}): Visit => ({
  ...placed, dwelling_id: 'd502', place: null, kind: 'routine', occurred_at: '2026-11-20T02:00:00.000Z', met: [], summary: '灯泡坏了', needs: [],
  photos: [], location: null, next_visit_on: null, visitor_id: 'li', visitor_name: '李明', received_at: '2026-11-20T02:00:05.000Z', ...more,
})

export const caseValue = (more: Partial<Case> = {}): Case => ({
  ...placed, kind: 'doorstep', title: '楼道灯不亮', detail: '三楼', state: 'open', urgency: 'normal', category: null, dwelling_id: 'd502', place: null,
  visit_id: null, reporter: null, photos: [], origin_id: grid, holder_id: grid, assignee_id: null, opened_by: 'li', opened_at: '2026-11-20T02:00:00.000Z',
  accept_by: null, settle_by: null, held_by: [grid], climbed_from: [], returned_from: [], reached: 1,
  extension_until: null, resolved_at: null, closed_at: null, rating: null, merged_into: null, calls: [], ...more,
})

export const eventValue = (more: Partial<CaseEvent> = {}): CaseEvent => ({
  ...placed, case_id: 'c1', action: 'note', actor_id: 'li', actor_name: '李明', actor_role: 'grid_worker', at: '2026-11-20T02:00:00.000Z',
  received_at: '2026-11-20T02:00:05.000Z', text: '', attempted: null, from_unit_id: null, to_unit_id: null, photos: [], details: null, reached: 1, ...more,
})

/** 李明 wrote a phone number, 张伟 another one later, each without seeing the other's. */
export const conflictValue = (more: Partial<Conflict> = {}): Conflict => ({
  ...placed, record_type: 'resident', record_id: 'r1', field: 'phone', against: 'edit', author_id: 'li', state: 'open', settled_by: null,
  mine: { value: '13900000001', name: '李明', person_id: 'li', at: '2026-11-20T02:00:00.000Z', mutation_id: 'm1' },
  theirs: { value: '13800138817', name: '张伟', person_id: 'zhang', at: '2026-11-20T02:05:00.000Z', mutation_id: 'm2' }, ...more,
})

/** The ladder, 3号楼 with 1-502, and who lives there. */
export const home = (): PatchEntry[] => [
  ...theUnits(), building('b3', '3号楼'), put('dwelling', 'd502', dwellingValue()), put('resident', 'r1', residentValue()),
]

export const visitForm = (more: Partial<VisitForm> = {}): VisitForm => ({
  dwelling_id: 'd502', place: null, kind: 'routine', met: [], summary: '灯泡坏了', needs: [], photos: [], location: null, next_visit_on: null, ...more,
})

/** Chances that are the same at each run. */
export function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
