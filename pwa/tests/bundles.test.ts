import { describe, expect, test } from 'vitest'
import type { Bundled } from '../src/data/bundles'
import { Shelf } from '../src/data/bundles'
import type { PersonDatabase } from '../src/data/db'
import { chances } from './community'
import { uses } from './phone'

interface Value {
  home: string
  rank: number
}

type Kept = Bundled<'thing', Value>

const tagsOf = ({ home, rank }: Value): string[] => [`home:${home}`, `rank:${rank}`]

const shelfOf = (db: PersonDatabase, type = 'thing') => new Shelf<'thing', Value>(db.bundle, type as 'thing', tagsOf)

const kept = (id: string, home = 'h1', rank = 1): Kept => ({ type: 'thing', id, version: 1, value: { home, rank } })

const sorted = (rows: Iterable<Kept>): Kept[] => [...rows].sort((one, other) => one.id.localeCompare(other.id))

const numbered = (count: number): Kept[] => Array.from({ length: count }, (_, at) => kept(`t${String(at).padStart(5, '0')}`, `h${at % 7}`))

describe('a shelf', () => {
  test.each([1, 2, 3, 4])('holds what a plain map holds, whatever is put, put again and deleted (seed %i)', async (seed) => {
    const db = await uses('li')
    const chance = chances(seed)
    const any = (most: number): number => Math.floor(chance() * most)
    const model = new Map<string, Kept>()
    const shelf = shelfOf(db)
    await shelfOf(db, 'thing_else').change(numbered(30))
    for (let turn = 0; turn < 60; turn++) {
      const puts = Array.from({ length: any(chance() < 0.1 ? 60 : 6) }, () => kept(`t${any(90)}`, `h${any(3)}`, any(12)))
      const newest = [...new Map(puts.map((row) => [row.id, row])).values()]
      const gone = [`t${any(90)}`, `t${any(90)}`].filter((id) => !newest.some((row) => row.id === id))
      const before = sorted([...new Set([...newest.map(({ id }) => id), ...gone])].flatMap((id) => model.get(id) ?? []))
      expect(sorted(await shelf.change(newest, gone))).toEqual(before)
      for (const row of newest) model.set(row.id, row)
      for (const id of gone) model.delete(id)
      const all = sorted(model.values())
      expect(sorted(await shelf.all())).toEqual(all)
      expect(sorted(await shelf.tagged('home:h1'))).toEqual(all.filter(({ value }) => value.home === 'h1'))
      expect(sorted(await shelf.taggedFrom('rank:1'))).toEqual(all.filter(({ value }) => String(value.rank).startsWith('1')))
      const asked = Array.from({ length: any(20) }, () => `t${any(90)}`)
      expect(sorted(await shelf.some(asked))).toEqual(all.filter(({ id }) => asked.includes(id)))
    }
    const homes = [...new Set([...model.values()].map(({ value }) => `home:${value.home}`))].sort().reverse()
    expect(await shelf.lastTags('home:')).toEqual(homes)
    expect(await shelf.lastTags('home:', 2, homes[0])).toEqual(homes.slice(1, 3))
    const parts: Kept[] = []
    for await (const part of shelf.parts()) parts.push(...part)
    expect(sorted(parts)).toEqual(sorted(model.values()))
  })

  test('takes many records in as few rows, and a single one into the newest of them', async () => {
    const db = await uses('li')
    await shelfOf(db).change(numbered(1010))
    expect(await db.bundle.count()).toBe(51)
    await shelfOf(db).change([kept('one more')])
    expect(await db.bundle.count()).toBe(51)
    expect((await shelfOf(db).get('one more'))?.value.home).toBe('h1')
  })

  test('gives all at once while they lie in few rows, and says when they do not', async () => {
    const db = await uses('li')
    expect(await shelfOf(db).few(2)).toEqual([])
    await shelfOf(db).change(numbered(40))
    expect(sorted(await shelfOf(db).few(2) ?? [])).toEqual(numbered(40))
    await shelfOf(db).change([kept('one more')])
    expect(await shelfOf(db).few(2)).toBeNull()
  })

  test('leaves no row behind for records that are gone', async () => {
    const db = await uses('li')
    await shelfOf(db).change(numbered(45))
    await shelfOf(db).change([], numbered(45).map(({ id }) => id))
    expect(await db.bundle.count()).toBe(0)
  })

  test('of more than are wanted gives those whose tags come last', async () => {
    const db = await uses('li')
    await shelfOf(db).change(numbered(60).map((row, at) => ({ ...row, value: { home: 'h1', rank: 100 + at } })))
    const last = (await shelfOf(db).taggedFrom('rank:', 3)).map(({ value }) => value.rank)
    expect(last).toEqual(expect.arrayContaining([157, 158, 159]))
  })
})
