import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { DutyAnswer, DutyShift } from '../src/api/wire'
import type { PersonDatabase } from '../src/data/db'
import { duty } from '../src/data/duty'
import { noteProgress } from '../src/data/facts'
import { storedOf } from '../src/data/here'
import { dropBase } from '../src/data/drop_base'
import { byDay, notOver, onDuty, toCome } from '../src/pages/duty/shifts'
import { answerSwap, keepDutyFresh, offerShift, refreshDuty } from '../src/sync/duty'
import { ApiProblem, NoContact } from '../src/sync/problem'
import { accountOf, uses } from './phone'
import { grid, post } from './community'
import { Server } from './server'

const shiftOf = (id: string, day: string, more: Partial<DutyShift> = {}): DutyShift => ({
  id, unit_id: 'grid', unit_name: '第1网格', person_id: 'li', person_name: '李明', kind: 'duty',
  starts_at: `${day}T00:30:00.000Z`, ends_at: `${day}T09:30:00.000Z`, swap: null, ...more,
})
const asked = { id: 's1', from_id: 'wang', from_name: '王芳', to_id: 'li', to_name: '李明', state: 'offered' } as const

const ROSTER: DutyAnswer = {
  person_id: 'li',
  shifts: [
    shiftOf('mine', '2026-12-01'),
    shiftOf('asked', '2026-12-02', { person_id: 'wang', person_name: '王芳', swap: asked }),
    shiftOf('given', '2026-12-03', { person_id: 'wang', person_name: '王芳', swap: { ...asked, from_id: 'li', to_id: 'wang', state: 'accepted' } }),
    shiftOf('waits', '2026-12-04', { swap: { ...asked, from_id: 'li', to_id: 'wang' } }),
  ],
  units: [{ unit_id: 'grid', name: '第1网格', on_duty: [], colleagues: [{ person_id: 'wang', name: '王芳' }] }],
}

let server: Server
let db: PersonDatabase
const at = () => ({ db, me: accountOf('li', [post(grid, 'grid_worker')]) })

beforeEach(async () => {
  server = new Server()
  server.duty = ROSTER
  db = await uses('li')
})

describe('the roster on a phone', () => {
  test('is not there until the server has told it', async () => {
    expect(await duty()).toBeNull()
  })

  test('is what the server last told, with offers of colleagues apart from one’s own shifts', async () => {
    await refreshDuty()
    const kept = await duty()
    expect(kept?.shifts.map(({ id }) => id)).toEqual(['mine', 'given', 'waits'])
    expect(kept?.offers.map(({ id }) => id)).toEqual(['asked'])
    expect(kept?.units).toEqual(ROSTER.units)
  })

  test('stays without signal as it was, and says from when it is', async () => {
    vi.useFakeTimers({ now: new Date('2026-11-30T01:00:00.000Z'), toFake: ['Date'] })
    await refreshDuty()
    vi.setSystemTime('2026-11-30T03:00:00.000Z')
    server.signal = false
    await expect(refreshDuty()).rejects.toBeInstanceOf(NoContact)
    expect(await duty()).toMatchObject({ at: '2026-11-30T01:00:00.000Z', offers: [{ id: 'asked' }] })
  })

  test('lies on the disk encrypted', async () => {
    await refreshDuty()
    const [stored] = await storedOf('li').duty.toArray()
    expect(Object.keys(stored ?? {}).sort()).toEqual(['at', 'key', 'sealed'])
  })

  test('of another person who signed in meanwhile is not kept', async () => {
    server.duty = { ...ROSTER, person_id: 'wang' }
    await refreshDuty()
    expect(await duty()).toBeNull()
  })

  test('goes at once from a phone that was shut out', async () => {
    await refreshDuty()
    await dropBase(storedOf('li'))
    expect(await duty()).toBeNull()
  })
})

describe('after an exchange', () => {
  const exchanged = () => noteProgress(db, { lastContact: new Date().toISOString(), unreachable: false, problem: null })

  test('the roster is fetched, and again only once it is old', async () => {
    vi.useFakeTimers({ now: new Date('2026-11-30T01:00:00.000Z'), toFake: ['Date'] })
    await exchanged()
    await keepDutyFresh(at())
    vi.setSystemTime('2026-11-30T01:29:00.000Z')
    await keepDutyFresh(at())
    expect(server.to('/duty', 'GET')).toHaveLength(1)
    vi.setSystemTime('2026-11-30T01:31:00.000Z')
    await keepDutyFresh(at())
    expect(server.to('/duty', 'GET')).toHaveLength(2)
  })

  test('by a clock that was put back, the roster kept by the time before is fetched anew', async () => {
    vi.useFakeTimers({ now: new Date('2026-11-30T01:00:00.000Z'), toFake: ['Date'] })
    await exchanged()
    await keepDutyFresh(at())
    vi.setSystemTime('2026-11-29T01:00:00.000Z')
    await keepDutyFresh(at())
    expect(server.to('/duty', 'GET')).toHaveLength(2)
  })

  test('that failed, the server is not asked for it', async () => {
    await exchanged()
    for (const fault of [{ unreachable: true }, { problem: 'busy' }]) {
      await noteProgress(db, { unreachable: false, problem: null, ...fault })
      await keepDutyFresh(at())
    }
    expect(server.asked).toEqual([])
  })

  test('a roster that does not come is no fault of the exchange', async () => {
    await exchanged()
    server.refuse('/duty', 503, 'busy')
    await keepDutyFresh(at())
    expect(await duty()).toBeNull()
  })
})

describe('a swap', () => {
  test('is offered under an id of its own, and the roster looked at anew', async () => {
    await offerShift('mine', 'wang')
    const [{ content } = { content: null }] = server.to('/duty/swaps')
    expect(content).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), shift_id: 'mine', to_id: 'wang' })
    expect(await duty()).not.toBeNull()
  })

  test.each(['accept', 'decline'] as const)('is answered by %s, and the roster looked at anew', async (answer) => {
    await answerSwap('s1', answer)
    expect(server.to('/duty/swaps').map(({ path }) => path)).toEqual([`/duty/swaps/s1/${answer}`])
    expect(await duty()).not.toBeNull()
  })

  test('that the server refuses says why and changes nothing here', async () => {
    server.refuse('/duty/swaps', 409, 'shift_begun')
    const fault: unknown = await offerShift('mine', 'wang').catch((found: unknown) => found)
    expect(fault).toBeInstanceOf(ApiProblem)
    expect(fault).toMatchObject({ code: 'shift_begun' })
    expect(await duty()).toBeNull()
  })
})

describe('on the page', () => {
  test('shifts are grouped by the day on which they begin', () => {
    const found = byDay([shiftOf('a', '2026-12-01'), shiftOf('b', '2026-12-01'), shiftOf('c', '2026-12-03')])
    expect(found.map(({ day, shifts }) => [day, shifts.map(({ id }) => id)])).toEqual([['2026-12-01', ['a', 'b']], ['2026-12-03', ['c']]])
  })

  test('what has begun is not swapped, and what is over is not shown', () => {
    const shift = shiftOf('a', '2026-12-01')
    const [start, end] = [Date.parse(shift.starts_at), Date.parse(shift.ends_at)]
    expect([start - 1, start].map((now) => toCome(now)(shift))).toEqual([true, false])
    expect([end - 1, end].map((now) => notOver(now)(shift))).toEqual([true, false])
  })
})

describe('who is on duty now', () => {
  const wang = { person_id: 'wang', name: '王芳', kind: 'duty' as const, ends_at: '2026-12-01T00:30:00.000Z' }
  const told = '2026-12-01T00:00:00.000Z'
  const seen = (moment: string, on_duty = [wang], shifts: DutyShift[] = []) =>
    onDuty({ unit_id: 'grid', name: '第1网格', on_duty, colleagues: [] }, { at: told, shifts }, Date.parse(moment))?.map(({ name }) => name)

  test('is who was told of, until their shift is over', () => {
    expect(seen('2026-12-01T00:29:00.000Z')).toEqual(['王芳'])
    expect(seen('2026-12-01T00:31:00.000Z')).toBeUndefined()
  })

  test('is nobody only as long as the roster is fresh', () => {
    expect(seen('2026-12-01T00:29:00.000Z', [])).toEqual([])
    expect(seen('2026-12-01T00:31:00.000Z', [])).toBeUndefined()
  })

  test('is oneself once one’s own shift has begun, there and nowhere else', () => {
    expect(seen('2026-12-01T00:31:00.000Z', [wang], [shiftOf('mine', '2026-12-01')])).toEqual(['李明'])
    expect(seen('2026-12-01T00:31:00.000Z', [wang], [shiftOf('mine', '2026-12-01', { unit_id: 'compound' })])).toBeUndefined()
  })
})
