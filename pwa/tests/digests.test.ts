import { describe, expect, test } from 'vitest'
import type { RecordType } from '../src/api/records'
import type { PatchEntry } from '../src/api/wire'
import { blank, fold, type Digest } from '../src/data/digest'
import { dueOf, isDue } from '../src/data/due'
import { RECORD_TYPES, type PersonDatabase } from '../src/data/db'
import { bring, digests, uses } from './phone'
import { caseValue, chances, del, dwellingValue, put, residentValue, visitValue } from './community'

/** Every digest, made anew from all records. */
async function fromScratch(db: PersonDatabase): Promise<Digest[]> {
  const digests = new Map<string, Digest>()
  for (const type of RECORD_TYPES) {
    for (const { id, value } of await db.base(type).all()) {
      const dwellingId = type === 'dwelling' ? id : (value as { dwelling_id?: string | null }).dwelling_id
      if (!dwellingId) continue
      const digest = fold(digests.get(dwellingId) ?? blank(dwellingId), [{ type, id, before: null, after: value }])
      digests.set(dwellingId, { ...digest, open: digest.open.sort(), care: digest.care.sort() })
    }
  }
  return [...digests.values()].filter(({ building_id, visited_at, shut_at, open, care }) => building_id || visited_at || shut_at || open.length || care.length)
}

const sorted = (digests: Digest[]) =>
  digests.map((one) => ({ ...one, open: [...one.open].sort(), care: [...one.care].sort() })).sort((one, other) => one.id.localeCompare(other.id))

describe('a dwelling’s digest', () => {
  test.each([1, 2, 3, 4, 5])('always says what its records say, whatever arrives in whatever order (seed %i)', async (seed) => {
    const db = await uses('li')
    const chance = chances(seed)
    const any = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)] as T
    const dwelling_id = () => any(['d1', 'd2', 'd3', null])
    const makers: Partial<Record<RecordType, (id: string) => PatchEntry>> = {
      dwelling: (id) => put('dwelling', `d${id}`, dwellingValue({ building_id: any(['b1', 'b2']), occupancy: any(['owner', 'vacant']) })),
      resident: (id) => put('resident', `r${id}`, residentValue({ dwelling_id: dwelling_id() ?? 'd1', care_needs: any([[], ['living_alone']]) })),
      case: (id) => put('case', `c${id}`, caseValue({ dwelling_id: dwelling_id(), state: any(['open', 'accepted', 'resolved', 'closed']) })),
      // Each visit at its own minute: which of two visits at the same moment is the newer is nobody's business.
      visit: (id) => put('visit', `v${id}`, visitValue({ dwelling_id: dwelling_id(), occurred_at: `2026-11-2${any([0, 1, 2])}T02:0${id}:00.000Z`, next_visit_on: any([null, '2026-12-01']), kind: any(['routine', 'no_answer']) })),
    }
    const kinds = Object.keys(makers) as (keyof typeof makers)[]
    for (let page = 0; page < 40; page++) {
      const entries = Array.from({ length: 6 }, () => {
        const entry = makers[any(kinds)]?.(any(['1', '2', '3'])) as PatchEntry
        return chance() < 0.25 ? del(entry.type, entry.id) : entry
      })
      await bring(db, entries)
      expect(sorted(await digests(db))).toEqual(sorted(await fromScratch(db)))
    }
  })
})

describe('the next visit', () => {
  test.each([
    ['a dwelling nobody has visited is due at once', '', null, [], { due_rank: 'c_routine', due_on: '' }],
    ['a promise comes first where it falls first', '2026-11-01T02:00:00.000Z', '2026-11-10', ['r1'], { due_rank: 'a_promised', due_on: '2026-11-10' }],
    ['care comes before a later promise', '2026-11-01T02:00:00.000Z', '2027-01-10', ['r1'], { due_rank: 'b_care', due_on: '2026-12-01' }],
    ['a household without care needs waits half a year', '2026-05-01T02:00:00.000Z', null, [], { due_rank: 'c_routine', due_on: '2026-10-28' }],
    ['days are those of China', '2026-05-01T17:00:00.000Z', null, [], { due_rank: 'c_routine', due_on: '2026-10-29' }],
  ])('%s', (_what, visited_at, next_visit_on, care, expected) => {
    expect(dueOf({ visited_at, next_visit_on, care })).toEqual(expected)
  })

  const met = { visited_at: '2026-11-01T02:00:00.000Z', next_visit_on: '2026-11-10', care: [] }

  test.each([
    ['stays what it was behind a door that stayed shut', { shut_at: '2026-11-12T02:00:00.000Z' }, { due_rank: 'a_promised', due_on: '2026-11-10' }],
    ['is on the day that was noted at the shut door', { shut_at: '2026-11-12T02:00:00.000Z', again_on: '2026-11-15' }, { due_rank: 'a_promised', due_on: '2026-11-15' }],
    ['forgets a shut door once somebody opened', { shut_at: '2026-10-30T02:00:00.000Z', again_on: '2026-11-05' }, { due_rank: 'a_promised', due_on: '2026-11-10' }],
    ['was promised, though nobody lives there', { vacant: true as const }, { due_rank: 'a_promised', due_on: '2026-11-10' }],
    ['was promised for later than routine asks, where nobody lives', { next_visit_on: '2027-08-01', vacant: true as const }, { due_rank: 'a_promised', due_on: '2027-08-01' }],
    ['was promised for later than care asks, where nobody lives for now', { next_visit_on: '2026-12-20', care: ['r1'], vacant: true as const }, { due_rank: 'a_promised', due_on: '2026-12-20' }],
    ['is none where nobody lives and nothing was promised', { next_visit_on: null, vacant: true as const }, null],
  ])('%s', (_what, more, expected) => {
    expect(dueOf({ ...met, ...more })).toEqual(expected)
  })

  test('is not asked for again on the day that a door stayed shut, and on the next it is', () => {
    const shut = { ...met, shut_at: '2026-11-12T02:00:00.000Z', due_rank: 'a_promised', due_on: '2026-11-10' } as const
    expect(['2026-11-12', '2026-11-13'].map((day) => isDue(shut, day))).toEqual([false, true])
  })
})
