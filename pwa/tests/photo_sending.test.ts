import { beforeEach, describe, expect, test, vi } from 'vitest'
import { syncState } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { progress } from '../src/data/facts'
import { storedOf } from '../src/data/here'
import { forgetPhotos } from '../src/data/photo_queue'
import { keepPhoto } from '../src/data/photos'
import { syncNow } from '../src/sync'
import { run } from '../src/sync/run'
import { Server } from './server'
import { record, uses } from './phone'

let server: Server
let db: PersonDatabase

beforeEach(async () => {
  server = new Server()
  db = await uses('li')
})

const photo = async (content: string) => keepPhoto(new Blob([content], { type: 'image/jpeg' }))

describe('photos', () => {
  test('go after the text, and once', async () => {
    const sha256 = await photo('a')
    await record(1, { photos: [sha256] })
    await syncNow()
    await syncNow()
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /sync', `PUT /blobs/${sha256}`, 'POST /sync'])
    expect((await syncState()).photosUnsent).toBe(0)
  })

  test('that the server won’t have hold up neither the others nor the text', async () => {
    const [bad, good] = [await photo('bad'), await photo('good')]
    server.refuse(`/blobs/${bad}`, 422, 'not_an_image', { when: () => true })
    await record(1, { photos: [bad, good] })
    await syncNow()
    expect([...server.blobs]).toEqual([good])
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 0, photosRefused: 1, problem: null })
    expect(await db.photo.get(bad)).toMatchObject({ state: 'refused', problem: 'not_an_image' })
  })

  test('refused by a hotspot on the way, which knows nothing of them, are sent at the next try', async () => {
    const sha256 = await photo('d')
    const leave = server.behindGateway('/blobs', () => new Response('<html>', { status: 413 }))
    await record(1, { photos: [sha256] })
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, photosRefused: 0 })
    leave()
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test.each([['text/html', '<html>请先登录</html>'], ['application/json', '{"code":401,"msg":"请先登录"}']])('that a gateway answers with a page of its own (%s) wait for our server', async (type, page) => {
    const sha256 = await photo('h')
    await record(1, { photos: [sha256] })
    const leave = server.behindGateway('/blobs', () => new Response(page, { headers: { 'Content-Type': type } }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1 })
    leave()
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test.each([200, 304])('that something on the way answers with nothing (%i) wait for our server', async (status) => {
    const sha256 = await photo('j')
    await record(1, { photos: [sha256] })
    const leave = server.behindGateway('/blobs', () => new Response(status === 200 ? '' : null, { status }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1 })
    leave()
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test.each([
    [413, { code: 413, message: 'Request Entity Too Large' }], [400, { code: 'InvalidRequest', message: 'bad request' }],
  ])('refused by a gateway in words of its own (%i %j) are sent at the next try', async (status, page) => {
    const sha256 = await photo('k')
    await record(1, { photos: [sha256] })
    const leave = server.behindGateway('/blobs', () => Response.json(page, { status }))
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, photosRefused: 0 })
    leave()
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test.each([403, 413, 502])('that something on the way refuses (%i) are not all sent in vain', async (status) => {
    await record(1, { photos: await Promise.all(['l', 'm', 'n', 'o'].map(photo)) })
    const asked = vi.fn(() => new Response('<html>', { status }))
    server.behindGateway('/blobs', asked)
    await run(db, false)
    expect(asked.mock.calls.length).toBeLessThan(3)
  })

  test('that a gateway forbids hold up no text', async () => {
    await record(1, { photos: [await photo('i')] })
    server.behindGateway('/blobs', () => new Response('<html>', { status: 403 }))
    await run(db, false)
    await record(1)
    await run(db, false)
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, problem: null })
  })

  test('that meet a full server wait, while text goes on', async () => {
    const sha256 = await photo('b')
    server.refuse('/blobs', 503, 'busy', { headers: { 'Retry-After': '30' } })
    await record(1, { photos: [sha256] })
    await syncNow()
    await record(1)
    await syncNow()
    expect(await syncState()).toMatchObject({ unsent: 0, photosUnsent: 1, problem: null })
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
    await syncNow()
    expect((await syncState()).photosUnsent).toBe(0)
  })

  test('that wait by a clock that was a day fast are sent once it was put right', async () => {
    const now = Date.now()
    const sha256 = await photo('g')
    server.refuse('/blobs', 503, 'busy', { headers: { 'Retry-After': '30' } })
    await record(1, { photos: [sha256] })
    vi.useFakeTimers({ now: now + 86_400_000, toFake: ['Date'] })
    await syncNow()
    vi.setSystemTime(now)
    await run(db, false)
    expect([...server.blobs]).toEqual([sha256])
  })

  test('that meet a full server without a word of when are tried ever less, until one went', async () => {
    const sha256 = await photo('e')
    server.refuse('/blobs', 503, 'busy', { when: () => true })
    await record(1, { photos: [sha256] })
    const waited = []
    for (let times = 0; times < 3; times++) {
      await run(db, false)
      const { photosNotBefore } = await progress(db)
      waited.push(Math.floor(Math.log2((Date.parse(photosNotBefore ?? '') - Date.now()) / 30_000)))
      vi.useFakeTimers({ now: Date.parse(photosNotBefore ?? '') + 1, toFake: ['Date'] })
    }
    expect(waited).toEqual([0, 1, 2])
    server.mend()
    await syncNow()
    expect(await progress(db)).toMatchObject({ photosNotBefore: null, photosBusyTimes: 0 })
  })

  test('that wait without a word of when go at once when somebody taps', async () => {
    const sha256 = await photo('f')
    server.refuse('/blobs', 503, 'busy')
    await record(1, { photos: [sha256] })
    await run(db, false)
    await run(db, true)
    expect((await syncState()).photosUnsent).toBe(1)
    await syncNow()
    expect([...server.blobs]).toEqual([sha256])
  })

  test('make way for text that is saved while they are sent', async () => {
    const [one, two] = [await photo('one'), await photo('two')]
    await record(1, { photos: [one, two] })
    const real = fetch
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
      if (String(given[0]).includes('blobs') && server.blobs.size === 0) await record(1)
      return real(...given)
    })
    await syncNow()
    expect(server.blobs.size).toBe(1)
    await syncNow()
    expect(server.asked.map(({ path }) => path.split('/')[1])).toEqual(['sync', 'blobs', 'sync', 'blobs'])
  })

  test('that break off each time let the others pass, and go last from then on', async () => {
    const [one, two, three] = (await Promise.all(['one', 'two', 'three'].map(photo))).sort() as [string, string, string]
    breaksOff(one)
    await record(1, { photos: [one, two, three] })
    await syncNow()
    expect([...server.blobs]).toEqual([two, three])
    const fourth = await photo('four')
    await record(1, { photos: [fourth] })
    const before = server.asked.length
    await syncNow()
    expect(server.asked.slice(before).map(({ path }) => path)).toEqual(['/sync', `/blobs/${fourth}`, `/blobs/${one}`])
    expect(await syncState()).toMatchObject({ photosUnsent: 1, problem: null })
  })

  test('wait for another run where nothing gets through', async () => {
    const all = await Promise.all(['one', 'two', 'three'].map(photo))
    breaksOff('')
    await record(1, { photos: all })
    await syncNow()
    expect(server.to('/blobs', 'PUT')).toHaveLength(2)
  })

  test('one of which brings down what is behind a proxy each time hold up no others', async () => {
    const [one, two] = (await Promise.all(['one', 'two'].map(photo))).sort() as [string, string]
    server.behindGateway(`/blobs/${one}`, () => new Response('<html>', { status: 502 }))
    await record(1, { photos: [one, two] })
    await syncNow()
    await syncNow()
    expect([...server.blobs]).toEqual([two])
  })

  test('whose bytes on the phone are damaged hold up no other, and are counted as not taken', async () => {
    await syncNow()
    const [bad, good] = (await Promise.all(['bad', 'good'].map(photo))).sort() as [string, string]
    await record(1, { photos: [bad, good] })
    await storedOf('li').photo.update(bad, { sealed: new ArrayBuffer(40) } as object)
    await syncNow()
    expect([...server.blobs]).toEqual([good])
    expect(await syncState()).toMatchObject({ photosUnsent: 0, photosRefused: 1, problem: null })
  })

  test('of a form nobody saved are never sent, and forgotten after a month unless its draft is still there', async () => {
    const kept = await photo('half-written')
    await photo('thrown away')
    await db.draft.put({ key: 'visit:d502', value: { photos: [kept] } })
    await syncNow()
    expect(server.to('/blobs', 'PUT')).toEqual([])
    await forgetPhotos(db, Date.now() + 31 * 86_400_000)
    expect(await db.photo.toCollection().primaryKeys()).toEqual([kept])
  })

  test('sent since the backup of a server that came back from it are sent again with their text (L5)', async () => {
    const sent = await aDayOfPhotos()
    server.restored(2, sent.slice(2))
    await syncNow()
    await syncNow()
    expect([...server.blobs].sort()).toEqual([...sent].sort())
    expect((await syncState()).photosUnsent).toBe(0)
    expect(server.to(`/blobs/${sent[0]}`, 'PUT')).toHaveLength(1)
  })

  test.each([0, 1])('sent after the last text that such a server has are sent again, whatever else was saved (%i)', async (saved) => {
    const sent = await aDayOfPhotos()
    server.restored(3, sent.slice(2))
    server.anew = 'server_restored'
    await record(saved)
    await syncNow()
    expect([...server.blobs].sort()).toEqual([...sent].sort())
    expect(server.to('/blobs', 'PUT')).toHaveLength(4)
  })

  test('that the server has are not sent again for another new copy', async () => {
    await aDayOfPhotos()
    server.anew = 'cursor_unreadable'
    await syncNow()
    expect(server.to('/blobs', 'PUT')).toHaveLength(3)
  })
})

/** Each photo whose hash begins so breaks off on its way. */
function breaksOff(sha256: string): void {
  const real = fetch
  vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
    const answer = await real(...given)
    if (!String(given[0]).includes(`/blobs/${sha256}`)) return answer
    server.blobs.delete(String(given[0]).split('/').at(-1) ?? '')
    throw new TypeError('Failed to fetch')
  })
}

/** Three visits with a photo each, one after the other sent. */
async function aDayOfPhotos(): Promise<string[]> {
  const sent = []
  for (const content of ['first', 'second', 'third']) {
    const sha256 = await photo(content)
    await record(1, { photos: [sha256] })
    await syncNow()
    sent.push(sha256)
  }
  return sent
}
