import { describe, expect, test, vi } from 'vitest'
import type { NoticeAnswer, NoticesAnswer } from '../src/api/wire'
import { countUnseen, markSeen, unseenAt } from '../src/data'
import { fact, progress, setFact } from '../src/data/facts'
import { markAllSeen, notices } from '../src/data/later'
import { takeNotices } from '../src/data/notices'
import { grouped, FLOOD, pathOf } from '../src/rules/notices'
import { signIn, syncNow, watchNews } from '../src/sync'
import { fetchNews } from '../src/sync/notices'
import { caseValue, put } from './community'
import { bring, uses } from './phone'
import { Server } from './server'

const NOW = Date.parse('2026-11-24T04:00:00.000Z')

const told = (id: string, more: Partial<NoticeAnswer> = {}): NoticeAnswer =>
  ({ id, kind: 'case_arrived', urgency: 'normal', case_id: `case-${id}`, created_at: '2026-11-24T03:00:00.000Z', seen: false, ...more })

const answer = (version: number, list: NoticeAnswer[], more: Partial<NoticesAnswer> = {}): NoticesAnswer =>
  ({ person_id: 'li', version, whole: true, notices: list, ...more })

describe('the list of notices', () => {
  test('shows the newest days first, with the titles of cases that the phone holds', async () => {
    const db = await uses('li')
    await bring(db, [put('case', 'case-a', caseValue({ title: '楼道灯坏了' }))])
    await takeNotices(db, answer(1, [told('a'), told('b', { created_at: '2026-11-23T03:00:00.000Z' })]), NOW)
    const { days, unseen, further } = await notices(10)
    expect(days.map(({ day, groups }) => [day, groups.map(({ notices: [one] }) => one.title)])).toEqual([['2026-11-24', ['楼道灯坏了']], ['2026-11-23', [null]]])
    expect([unseen, further]).toEqual([2, 0])
  })

  test('has what is about no case, which leads to where it is acted on', async () => {
    const db = await uses('li')
    await takeNotices(db, answer(1, [told('a', { kind: 'shift_asked', case_id: null }), told('b', { kind: 'weighed', case_id: null }), told('c')]), NOW)
    const { days } = await notices(10)
    expect(days.flatMap(({ groups }) => groups.map(({ notices: [one] }) => [one.id, pathOf(one), one.title])).sort()).toEqual([
      ['a', '/me/duty', null], ['b', '/notices', null], ['c', '/cases/case-c', null],
    ])
    expect([await unseenAt('/me/duty'), await unseenAt('/cases/case-c')]).toEqual([['a'], ['c']])
  })

  test('keeps what one screen does not show for the next', async () => {
    const db = await uses('li')
    await takeNotices(db, answer(1, ['a', 'b', 'c'].map((id) => told(id))), NOW)
    expect(await notices(2)).toMatchObject({ further: 1, unseen: 3 })
  })

  test('forgets after a month, as the server does', async () => {
    const db = await uses('li')
    await takeNotices(db, answer(1, [told('old', { created_at: '2026-10-20T00:00:00.000Z' }), told('new')]), NOW)
    expect((await db.notice.toArray()).map(({ id }) => id)).toEqual(['new'])
  })

  test('begins anew where more had changed than an answer takes, and still tells what was seen here', async () => {
    const db = await uses('li')
    await takeNotices(db, answer(1, [told('a'), told('b')]), NOW)
    await markSeen(['a'])
    await takeNotices(db, answer(2, [told('c')], { whole: false }), NOW)
    expect((await db.notice.toArray()).map(({ id, state }) => [id, state])).toEqual([['a', 'marked'], ['c', 'new']])
  })

  test('is not that of somebody else who signed in while the answer was on its way', async () => {
    const db = await uses('li')
    expect(await takeNotices(db, answer(1, [told('a')], { person_id: 'wang' }), NOW)).toBe(false)
    expect([await db.notice.count(), await fact(db, 'notices_version')]).toEqual([0, null])
  })
})

describe('what was seen', () => {
  test('counts no more at once, without signal, and is told to the server later', async () => {
    const server = new Server()
    await signIn('li', 'secret')
    const db = await uses('li')
    await takeNotices(db, answer(1, [told('a'), told('b')]), NOW)
    server.signal = false
    await markSeen(['a'])
    expect(await countUnseen()).toBe(1)
    await syncNow()
    server.signal = true
    await takeNotices(db, answer(2, [told('a'), told('b')]), NOW)
    expect(await countUnseen()).toBe(1)
    await syncNow()
    await syncNow()
    expect(server.to('/notices/seen').map(({ content }) => content)).toEqual([{ ids: ['a'] }])
  })

  test('holds up no sending where the server does not take it', async () => {
    const server = new Server()
    const db = await uses('li')
    await takeNotices(db, answer(1, [told('a')]), NOW)
    await markAllSeen()
    server.refuse('/notices/seen', 404, 'not_found')
    await syncNow()
    expect((await fact(db, 'progress'))?.problem).toBeNull()
    await syncNow()
    expect(server.to('/notices/seen')).toHaveLength(2)
    expect((await db.notice.toArray()).map(({ state }) => state)).toEqual(['seen'])
  })

  test('goes in parts that the server takes', async () => {
    const server = new Server()
    const db = await uses('li')
    await takeNotices(db, answer(1, Array.from({ length: 450 }, (_, at) => told(`n${at}`))), NOW)
    await markAllSeen()
    await syncNow()
    expect(server.to('/notices/seen').map(({ content }) => (content as { ids: string[] }).ids.length)).toEqual([200, 200, 50])
  })

  test('on the other phone of the same person counts no more here', async () => {
    const db = await uses('li')
    expect(await takeNotices(db, answer(1, [told('a')]), NOW)).toBe(true)
    expect(await takeNotices(db, answer(2, [told('a', { seen: true })]), NOW)).toBe(false)
    expect([await countUnseen(), await unseenAt('/cases/case-a')]).toEqual([0, []])
  })
})

describe('an open app', () => {
  test('asks for no news while its owner is signed out, or a busy server has asked for patience', async () => {
    const server = new Server()
    const db = await uses('li')
    for (const state of [{ problem: 'signed_out' }, { notBefore: new Date(Date.now() + 60_000).toISOString() }]) {
      await setFact(db, 'progress', { ...(await progress(db)), problem: null, notBefore: null, ...state })
      expect(await fetchNews()).toBe(false)
    }
    expect(server.asked).toEqual([])
    await setFact(db, 'progress', { ...(await progress(db)), notBefore: null })
    server.news = answer(1, [told('a')])
    expect(await fetchNews()).toBe(true)
  })

  test('asks for nothing while nobody looks, at once when somebody does, and fetches what the news are about', async () => {
    const server = new Server()
    await uses('li')
    let looked = () => {}
    vi.stubGlobal('document', { ...document, hidden: true, addEventListener: (_: string, done: () => void) => { looked = done } })
    server.news = answer(7, [told('a')])
    watchNews()
    expect(server.to('/notices', 'GET')).toEqual([])
    vi.stubGlobal('document', { ...document, hidden: false })
    looked()
    await vi.waitFor(async () => { expect(await countUnseen()).toBe(1) })
    await vi.waitFor(() => { expect(server.exchanges).toHaveLength(1) })
    await vi.waitFor(() => { expect(server.to('/notices', 'GET').map(({ path }) => path)).toEqual(['/notices?after=0', '/notices?after=7']) }, 5_000)
  })
})

describe('a day of notices', () => {
  const item = (id: string, more: object = {}) => ({ id, kind: 'case_arrived', urgent: false, seen: false, created_at: `2026-11-24T0${id}:00:00.000Z`, ...more })
  const laid = (list: ReturnType<typeof item>[]) => grouped(list, () => 'day').map(({ groups }) => groups.map((group) => group.notices.map(({ id }) => id)))

  test('tells a flood of one kind as one, beside what else there is', () => {
    const flood = Array.from({ length: FLOOD }, (_, at) => item(String(8 - at)))
    expect(laid([item('9', { kind: 'case_moved' }), ...flood])).toEqual([[['9'], flood.map(({ id }) => id)]])
    expect(laid(flood.slice(1))).toEqual([flood.slice(1).map(({ id }) => [id])])
  })

  test('has what is urgent and unseen first, each by itself', () => {
    const urgent = Array.from({ length: FLOOD }, (_, at) => item(String(5 - at), { urgent: true }))
    expect(laid([item('9'), ...urgent])).toEqual([[...urgent.map(({ id }) => [id]), ['9']]])
    expect(laid([item('9'), item('5', { urgent: true, seen: true })])).toEqual([[['9'], ['5']]])
  })

  test('keeps what was seen apart from a flood that was not', () => {
    const seen = Array.from({ length: FLOOD }, (_, at) => item(String(4 - at), { seen: true }))
    const unseen = Array.from({ length: FLOOD }, (_, at) => item(String(9 - at)))
    expect(laid([...unseen, ...seen])).toEqual([[unseen.map(({ id }) => id), seen.map(({ id }) => id)]])
  })
})
