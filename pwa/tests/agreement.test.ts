import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Check } from '../src/api/wire'
import { recordVisit, syncState } from '../src/data'
import { judged } from '../src/data/agreement'
import type { PersonDatabase } from '../src/data/db'
import { fact } from '../src/data/facts'
import { held } from '../src/data/held'
import { counting, digestOf, nothing } from '../src/rules/agreement'
import { syncNow } from '../src/sync'
import { caseValue, community, compound, del, grid, home, otherGrid, put, residentValue, street, visitForm, visitValue } from './community'
import { bring, uses } from './phone'
import { Server } from './server'

interface Vectors {
  records: { type: string; id: string; version: number; digest: string }[]
  together: { count: number; digest: string }
  none: { count: number; digest: string }
}

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/agreement.json', import.meta.url), 'utf8')) as Vectors

function tallied(records: Vectors['records']): { count: number; digest: string } {
  const tally = nothing()
  for (const { type, id, version } of records) counting(type)(tally, id, version)
  return { count: tally.count, digest: digestOf(tally) }
}

describe('the checksum', () => {
  test.each(vectors.records)('of $type $id at version $version is the one the server makes', (record) => {
    expect(tallied([record])).toEqual({ count: 1, digest: record.digest })
  })

  test('of several records is the same in any order, and of none is zero', () => {
    expect(tallied(vectors.records)).toEqual(vectors.together)
    expect(tallied([...vectors.records].reverse())).toEqual(vectors.together)
    expect(tallied([])).toEqual(vectors.none)
  })
})

describe('what a phone holds', () => {
  const counts = async (db: PersonDatabase, ...names: string[]) => {
    const tallies = await held(db, names)
    return Object.fromEntries([...tallies].map(([name, { count }]) => [name, count]))
  }

  test('of a grid, compound or community is every record in it, not its units and people', async () => {
    const db = await uses('li')
    const elsewhere = { grid_id: otherGrid, compound_id: compound }
    await bring(db, [...home(), put('visit', 'v1', visitValue()), put('resident', 'r2', residentValue(elsewhere))])
    const names = [`grid:${grid}`, `grid:${otherGrid}`, `compound:${compound}`, `community:${community}`]
    expect(await counts(db, ...names)).toEqual({ [names[0] ?? '']: 4, [names[1] ?? '']: 1, [names[2] ?? '']: 5, [names[3] ?? '']: 5 })
  })

  test('above the community is the cases that have reached it', async () => {
    const db = await uses('li')
    await bring(db, [...home(), put('case', 'c1', caseValue({ reached: 3 })), put('case', 'c2', caseValue({ reached: 4 })), put('case', 'c3', caseValue({ reached: 5 }))])
    expect(await counts(db, `street:${street}`, 'district:district', 'street:other')).toEqual({ [`street:${street}`]: 2, 'district:district': 1, 'street:other': 0 })
  })

  test('counts records of types this version does not know, and leaves out levels it does not know', async () => {
    const db = await uses('li')
    await bring(db, [...home(), { op: 'put', type: 'duty_shift', id: 's1', version: 9, value: { grid_id: grid, compound_id: compound } } as never])
    expect(await counts(db, `grid:${grid}`, 'province:x')).toEqual({ [`grid:${grid}`]: 4 })
  })

  test('is counted to the last row, however many pages there are', async () => {
    const db = await uses('li')
    const visits = Array.from({ length: 1001 }, (_, at) => put('visit', `v${at}`, visitValue()))
    await bring(db, [...home(), ...visits])
    expect(await counts(db, `grid:${grid}`)).toEqual({ [`grid:${grid}`]: 1004 })
    await bring(db, [del('visit', 'v1000')])
    expect(await counts(db, `grid:${grid}`)).toEqual({ [`grid:${grid}`]: 1003 })
  })
})

describe('a whole exchange', () => {
  let server: Server
  let db: PersonDatabase
  const scope = `grid:${grid}`
  const complaints = () => server.exchanges.map(({ differs }) => differs)

  /** What the server's own feed holds, as it would say. */
  function truth(): Check[] {
    const last = new Map(server.feed.map((entry) => [`${entry.type}:${entry.id}`, entry]))
    const records = [...last.values()].flatMap((entry) => (entry.op === 'put' && 'grid_id' in (entry.value as object) ? [{ ...entry, digest: '' }] : []))
    return [{ scope, ...tallied(records) }]
  }

  const wrong = (): Check[] => [{ scope, count: 99, digest: '0'.repeat(16) }]

  const later = (hours: number) => { vi.setSystemTime(Date.now() + hours * 3_600_000) }

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    server = new Server()
    server.feed.push(...home())
    db = await uses('li')
  })

  test('that ends in agreement says nothing of it', async () => {
    server.check = truth
    await syncNow()
    expect(complaints()).toEqual([undefined])
    expect((await syncState()).problem).toBeNull()
  })

  test('with a record missing has the phone say so and fetch a new copy beside the old, which mends it', async () => {
    server.check = truth
    await syncNow()
    await db.base('resident').change([], ['r1'])
    await recordVisit(visitForm())
    await syncNow()
    expect(complaints()).toEqual([undefined, undefined, [scope]])
    expect((await db.base('resident').all()).length).toBe(1)
    expect(await fact(db, 'agreement')).toMatchObject({ differs: [], times: 0, changed: false, fresh: false })
    expect((await syncState()).problem).toBeNull()
  })

  test('with a record that should have left is mended too (L4)', async () => {
    server.check = truth
    await syncNow()
    await bring(db, [put('visit', 'left', visitValue())])
    server.received.set('device-li', 0)
    await db.fact.put({ key: 'cursor', value: String(server.feed.length) })
    await syncNow()
    expect(complaints()).toEqual([undefined, undefined, [scope]])
    expect((await db.base('visit').all()).length).toBe(0)
  })

  test('that differs again with a new copy tells the worker, and asks for no other before an hour, then two', async () => {
    server.check = wrong
    await syncNow()
    expect(complaints()).toEqual([undefined, [scope]])
    for (const hours of [0.5, 0.6, 1.5, 0.6]) {
      later(hours)
      await recordVisit(visitForm())
      await syncNow()
      expect((await syncState()).problem).toBe('differs')
    }
    expect(complaints().filter(Boolean)).toHaveLength(3)
    expect(server.taken).toHaveLength(4)
    server.check = truth
    later(9)
    await syncNow()
    expect((await syncState()).problem).toBeNull()
  })

  test('is not told what the server says when another wrote meanwhile, and proves nothing then', async () => {
    server.check = () => []
    await syncNow()
    expect(await fact(db, 'agreement')).toMatchObject({ changed: true })
    expect(complaints()).toEqual([undefined])
  })

  test('without a change is not compared again within the hour, and after it is', async () => {
    server.check = truth
    await syncNow()
    await db.base('resident').change([], ['r1'])
    later(0.9)
    await syncNow()
    expect(complaints()).toEqual([undefined, undefined])
    later(0.2)
    await syncNow()
    expect(complaints()).toEqual([undefined, undefined, undefined, [scope]])
  })

  test('by a server that does not listen to complaints goes on all the same', async () => {
    server.check = wrong
    server.deaf = true
    await recordVisit(visitForm())
    await syncNow()
    await recordVisit(visitForm())
    await syncNow()
    expect(server.taken).toHaveLength(2)
    expect(server.exchanges).toHaveLength(3)
  })
})

test('a difference that stays is complained of ever more seldom, once a day at most', () => {
  let now = { at: 0, took: 0, changed: false, fresh: false, differs: [] as string[], times: 0, notBefore: 0 }
  const waits = Array.from({ length: 8 }, () => {
    now = { ...judged(now, ['grid:g'], 0), fresh: true }
    return now.notBefore / 3_600_000
  })
  expect(waits).toEqual([0, 1, 2, 4, 8, 16, 24, 24])
})
