import { describe, expect, test, vi } from 'vitest'
import type { ExchangeAnswer, PatchEntry } from '../src/api/wire'
import { dwelling, recordVisit } from '../src/data'
import { takeAnswer } from '../src/data/answer'
import { replaceBase, stage } from '../src/data/copy'
import { RECORD_TYPES, type PersonDatabase } from '../src/data/db'
import { fact } from '../src/data/facts'
import { PAGE } from '../src/data/pages'
import { syncNow } from '../src/sync'
import { chances, del, dwellingValue, home, put, residentValue, visitForm, visitValue } from './community'
import { bring, digests, uses } from './phone'
import { Server } from './server'

const NOW = Date.parse('2026-11-24T00:00:00.000Z')

const answer = (more: Partial<ExchangeAnswer>): ExchangeAnswer =>
  ({ now: new Date(NOW).toISOString(), received_through: 0, verdicts: [], patch: [], cursor: 'next', more: false, reset: null, check: [], ...more })

const take = (db: PersonDatabase, more: Partial<ExchangeAnswer>) => takeAnswer(db, answer(more), NOW, NOW)

const reset = (reason: string) => ({ reset: { reason }, more: true })

/** Everything base and elsewhere hold. */
async function all(db: PersonDatabase): Promise<Record<string, unknown>> {
  const tables = await Promise.all(RECORD_TYPES.map(async (type) => (await db.base(type).all()).map(({ id, version, value }) => [`${type}:${id}`, [version, value]])))
  const others = (await db.elsewhere.toArray()).map(({ type, id, version, value }) => [`${type}:${id}`, [version, value]])
  return Object.fromEntries([...tables.flat(), ...others])
}

describe('the outbox is untouched', () => {
  test('by a new copy that stopped half way, by another reset that begins it anew, and by the swap (L5)', async () => {
    const db = await uses('li')
    await bring(db, home())
    await recordVisit(visitForm({ summary: '等着送' }))
    await recordVisit(visitForm())
    const before = await db.outbox.toArray()
    await take(db, { ...reset('cursor_too_old'), patch: home().slice(0, 4), cursor: 'a1' })
    await take(db, { patch: home().slice(4, 6), cursor: 'a2', more: true })
    await take(db, { ...reset('differs'), patch: home().slice(0, 2), cursor: 'b1' })
    await take(db, { patch: home().slice(2), cursor: 'b2' })
    expect(await db.outbox.toArray()).toEqual(before)
    expect([await fact(db, 'cursor'), await fact(db, 'staged_cursor')]).toEqual(['b2', null])
    expect((await dwelling('d502'))?.visits.map(({ value }) => value.summary).sort()).toEqual(['灯泡坏了', '等着送'])
  })

  test('by a page lost in the middle, which is asked for again from the same place (L7)', async () => {
    const server = new Server()
    server.feed.push(...home())
    server.pages = 3
    const db = await uses('li')
    const whole = globalThis.fetch
    let requests = 0
    vi.stubGlobal('fetch', async (...asked: Parameters<typeof fetch>) => {
      const response = await whole(...asked)
      if (++requests === 2) throw new TypeError('the signal went with the answer')
      return response
    })
    await recordVisit(visitForm())
    await syncNow()
    expect(await fact(db, 'cursor')).toBe('3')
    await syncNow()
    expect(server.exchanges.map(({ cursor }) => cursor)).toEqual([null, '3', '3', '6', '9'])
    expect(server.taken).toHaveLength(1)
    expect(Object.keys(await all(db))).toHaveLength(server.feed.length)
  })
})

describe('a tab killed', () => {
  const patch = [...home().slice(0, -1), put('dwelling', 'd101', dwellingValue({ room: '101' }))]

  test.each(['before the swap', 'in the middle of it'])('%s goes on with the next answer', async (when) => {
    const db = await uses('li')
    await bring(db, [...home(), put('visit', 'old', visitValue())])
    const whole = answer({ ...reset('server_restored'), more: false, patch, cursor: 'n1' })
    await db.transaction('rw', db.answered, async () => stage(db, whole))
    if (when === 'in the middle of it') await replaceBase(db, 1)
    await recordVisit(visitForm())
    await take(db, { patch: [put('visit', 'new', visitValue())], cursor: 'n2' })
    expect(await fact(db, 'cursor')).toBe('n2')
    expect([await db.staged.count(), await db.outbox.count()]).toEqual([0, 1])
    expect(Object.keys(await all(db)).sort()).toEqual([...patch.map(({ type, id }) => `${type}:${id}`), 'visit:new'].sort())
  })

  test('after it leaves nothing behind for long', async () => {
    const db = await uses('li')
    await db.copied('visit').change([{ type: 'visit', id: 'v1', version: 1, value: visitValue() }])
    await take(db, { patch: home() })
    expect(await db.staged.count()).toBe(0)
  })
})

describe('the swap', () => {
  const homes = (room: string): PatchEntry[] =>
    Array.from({ length: PAGE + 50 }, (_, at) => put('dwelling', `d${1000 + at}`, dwellingValue({ room })))

  test('shows a reader the old copy or the new, never a bit of both, and lets a tap be saved meanwhile', async () => {
    const db = await uses('li')
    await bring(db, [...home(), ...homes('旧')])
    const whole = answer({ ...reset('differs'), patch: homes('新') })
    await db.transaction('rw', db.answered, async () => stage(db, whole))
    const seen = new Set<string>()
    const look = async () => {
      const ids = ['d502', 'd1000', `d${1049 + PAGE}`]
      const rows = new Map((await db.base('dwelling').some(ids)).map(({ id, value }) => [id, value.room]))
      seen.add(ids.map((id) => rows.get(id)).join())
    }
    const swapping = { done: false }
    const swap = replaceBase(db, 1).finally(() => { swapping.done = true })
    const saved = recordVisit(visitForm())
    while (!swapping.done) await look()
    await Promise.all([swap, saved])
    await look()
    expect([...seen]).toEqual(['502,旧,旧', ',新,新'])
    expect(await db.outbox.count()).toBe(1)
  })

  test('writes nothing of what is the same already', async () => {
    const db = await uses('li')
    const patch = home()
    await bring(db, patch)
    const written = vi.spyOn(db.bundle, 'bulkPut')
    await take(db, { ...reset('differs'), more: false, patch })
    expect(written).not.toHaveBeenCalled()
    await take(db, { ...reset('server_restored'), more: false, patch: [...patch.slice(0, -1), { ...patch.at(-1), value: residentValue({ name: '另一位' }) } as PatchEntry] })
    expect((await db.base('resident').get('r1'))?.value.name).toBe('另一位')
  })

  test.each([1, 2, 3])('after whatever pages and resets leaves what the last word on each record says (seed %i)', async (seed) => {
    const db = await uses('li')
    const chance = chances(seed)
    const pick = <T>(from: T[]): T => from[Math.floor(chance() * from.length)] as T
    let truth = new Map<string, PatchEntry>()
    let staged: Map<string, PatchEntry> | null = null
    const entry = (): PatchEntry => {
      const id = `x${Math.floor(chance() * 12)}`
      if (chance() < 0.3) return del(pick(['visit', 'resident']), id)
      return pick([() => put('visit', id, visitValue({ dwelling_id: pick(['d502', 'd1']) })), () => put('resident', id, residentValue()), () => ({ ...put('visit', id, visitValue()), type: 'duty_shift' } as never)])()
    }
    for (let step = 0; step < 60; step++) {
      const [begins, more] = [chance() < 0.15, chance() < 0.5]
      const patch = Array.from({ length: Math.floor(chance() * 6) }, entry)
      if (begins) staged = new Map()
      const copy = staged ?? truth
      for (const one of patch) {
        if (one.op === 'put') copy.set(`${one.type}:${one.id}`, one)
        else copy.delete(`${one.type}:${one.id}`)
      }
      if (staged && !more) [truth, staged] = [staged, null]
      await take(db, { reset: begins ? { reason: 'differs' } : null, more, patch, cursor: `c${step}` })
      expect(await all(db)).toEqual(Object.fromEntries([...truth].map(([key, one]) => [key, one.op === 'put' && [one.version, one.value]])))
    }
    const visited = new Set([...truth.values()].flatMap((one) => (one.op === 'put' && one.type === 'visit' ? [(one.value as { dwelling_id: string }).dwelling_id] : [])))
    expect(new Set((await digests(db)).filter(({ visited_at }) => visited_at !== '').map(({ id }) => id))).toEqual(visited)
  })
})
