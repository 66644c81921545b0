import Dexie from 'dexie'
import { describe, expect, test } from 'vitest'
import type { Case } from '../src/api/records'
import { caseById, cases, conflicts, draft, dwelling, dwellingsOf, outbox, syncState } from '../src/data'
import { makeSecretKey } from '../src/data/cipher'
import { PersonDatabase } from '../src/data/db'
import { dropKey, holdKey } from '../src/data/keys'
import { setCurrent } from '../src/data/phone'
import { renewBoards } from '../src/data/renewal'
import { sealing } from '../src/data/sealing'
import { accountOf, bring, digests, search, unlock, uses } from './phone'
import { building, caseValue, compound, dwellingValue, grid, post, put, theUnits, visitValue } from './community'
import first from './fixtures/version-1.json'
import second from './fixtures/version-2.json'
import third from './fixtures/version-3.json'
import fourth from './fixtures/version-4.json'
import fifth from './fixtures/version-5.json'
import sixth from './fixtures/version-6.json'
import seventh from './fixtures/version-7.json'

interface Kept {
  stores: Record<string, string>
  rows: Record<string, object[]>
}

/** Whoever installed that version and comes back after months without an update. From version 4 on it encrypted what lies on the phone. */
async function veteran(id: string, { stores, rows }: Kept, number: number, key?: CryptoKey): Promise<PersonDatabase> {
  const phone = new Dexie(`qiaomen-${id}`)
  phone.version(number).stores(stores)
  if (key) phone.use(sealing(() => key, new Set()))
  // The bytes of a photo are no JSON, as which these are kept
  for (const [table, kept] of Object.entries(rows)) if (!key || table !== 'photo') await phone.table(table).bulkAdd(kept)
  phone.close()
  await setCurrent({ ...accountOf(id, [post(grid, 'grid_worker')]), person_id: id, person: { id: 'li', name: '李明', username: 'li' } })
  await unlock(id)
  return new PersonDatabase(id)
}

const VERSIONS: [number, Kept][] = [[1, first], [2, second], [3, third], [4, fourth], [5, fifth], [6, sixth], [7, seventh]]

describe.each(VERSIONS)('a database of version %i', (number, old) => {
  const { rows } = old
  const comes = (what: string) => veteran(`veteran-${number}-${what}`, old, number)

  test('opens with its outbox, drafts and photos as they were', async () => {
    const db = await comes('outbox')
    expect(await db.outbox.toArray()).toEqual(rows.outbox)
    expect(await db.photo.toArray()).toEqual(rows.photo)
    const facts = rows.fact as { key: string }[]
    expect(await db.fact.toArray()).toEqual(facts.filter(({ key }) => key !== 'staged_cursor').sort((one, other) => one.key.localeCompare(other.key)))
    expect(await draft('visit:d502')).toEqual({ summary: '刚说到一半' })
    expect(await db.notice.count()).toBe(0)
    db.close()
  })

  test('opens with its records, and those of types it could only keep', async () => {
    const db = await comes('records')
    const [conflict] = first.rows.elsewhere
    expect(await db.base('conflict').all()).toEqual([{ type: 'conflict', id: 'k1', version: 9, value: conflict?.value }])
    expect(await db.elsewhere.toArray()).toEqual([first.rows.elsewhere[1]])
    expect((await digests(db)).map(({ id, building_id, door }) => [id, building_id, door])).toEqual([['d502', 'b3', { entrance: '1', floor: 5, room: '502' }]])
    expect(await db.staged.count()).toBe(0)
    db.close()
  })

  test('shows what was on its way after the update, once', async () => {
    await comes('screens').then((db) => { db.close() })
    expect((await dwelling('d502'))?.visits.map(({ value, where }) => [value.summary, where])).toEqual([['电梯里写的', 'sending'], ['灯泡坏了', 'received']])
    expect((await outbox()).rows.map(({ seq }) => seq)).toEqual([4, 3, 2, 1])
    expect(await syncState()).toMatchObject({ unsent: 1, photosUnsent: 1, refused: 1 })
    expect(await conflicts()).toHaveLength(1)
    expect((await dwellingsOf('b3')).map(({ room }) => room)).toEqual(['502'])
    expect((await search('王秀'))[0]?.names).toEqual(['王秀英'])
  })
})

test('the boards of an older version learn which dwellings stand empty, once', async () => {
  const db = await uses('li')
  await bring(db, [...theUnits(), building('b3', '3号楼'), put('dwelling', 'd1', dwellingValue({ occupancy: 'vacant' })), put('dwelling', 'd2', dwellingValue())])
  await db.board.toCollection().modify((board) => { for (const home of board.homes) delete home.vacant })
  for (const run of [renewBoards, renewBoards]) {
    await run(db)
    expect((await digests(db)).map(({ id, vacant, due_rank }) => [id, vacant, due_rank]).sort()).toEqual([['d1', true, undefined], ['d2', undefined, 'c_routine']])
  }
})

test('a home whose door stayed shut is due again once the version is replaced that took that for a visit', async () => {
  const db = await uses('li')
  await bring(db, [
    ...theUnits(), building('b3', '3号楼'), put('dwelling', 'd1', dwellingValue()), put('dwelling', 'd2', dwellingValue({ occupancy: 'vacant' })),
    put('visit', 'v1', visitValue({ dwelling_id: 'd1', occurred_at: '2026-11-20T02:00:00.000Z', next_visit_on: '2026-11-25' })),
    put('visit', 'v2', visitValue({ dwelling_id: 'd1', occurred_at: '2026-11-25T02:00:00.000Z', kind: 'no_answer' })),
    put('visit', 'v3', visitValue({ dwelling_id: 'd2', occurred_at: '2025-11-20T02:00:00.000Z', next_visit_on: '2026-11-25' })),
  ])
  const known = await digests(db)
  expect(known.map(({ id, visited_at, shut_at, due_rank, due_on }) => [id, visited_at, shut_at, due_rank, due_on])).toEqual([
    ['d1', '2026-11-20T02:00:00.000Z', '2026-11-25T02:00:00.000Z', 'a_promised', '2026-11-25'], ['d2', '2025-11-20T02:00:00.000Z', undefined, 'a_promised', '2026-11-25'],
  ])
  await db.board.toCollection().modify((board) => {
    const [one, other] = board.homes
    Object.assign(one ?? {}, { visited_at: one?.shut_at, shut_at: undefined, next_visit_on: null, due_rank: 'c_routine', due_on: '2027-05-24' })
    // Of a vacant home it heeded no promise beyond the day of the next routine visit
    delete other?.due_rank
    delete other?.due_on
  })
  await db.fact.put({ key: 'vacancies', value: true })
  await renewBoards(db)
  expect(await digests(db)).toEqual(known)
})

test('a case from before anybody could ask for time waits for nobody above, who has none to give', async () => {
  const db = await uses('sun', [post(compound, 'branch_secretary')])
  const old: Partial<Case> = caseValue({ state: 'accepted' })
  delete old.extension_until
  await bring(db, [...theUnits(), put('case', 'c1', old as Case)])
  expect((await cases('waiting')).map(({ id }) => id)).toEqual([])
  expect((await caseById('c1'))?.allowed).not.toContain('grant')
})

test.each(VERSIONS.filter(([number]) => number >= 4))('a database that version %i encrypted is brought up while it is locked, and opens by its key', async (number, old) => {
  const id = `locked-${number}`
  const key = await makeSecretKey()
  const db = await veteran(id, old, number, key)
  dropKey(id)
  await db.open()
  expect(await db.outbox.toCollection().primaryKeys()).toEqual([1, 2, 3, 4])
  await expect(db.outbox.toArray()).rejects.toThrow()
  holdKey(id, key)
  expect(await db.outbox.toArray()).toEqual(old.rows.outbox)
  expect((await dwelling('d502'))?.visits.map(({ value }) => value.summary)).toEqual(['电梯里写的', '灯泡坏了'])
  expect(await draft('visit:d502')).toEqual({ summary: '刚说到一半' })
  db.close()
})
