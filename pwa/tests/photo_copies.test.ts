import { beforeEach, describe, expect, test } from 'vitest'
import { photoUrl } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { dropBase } from '../src/data/drop_base'
import { storedOf } from '../src/data/here'
import { dropKey, Locked } from '../src/data/keys'
import { copyOf, keepCopy } from '../src/data/photo_copies'
import { forgetPhotos } from '../src/data/photo_queue'
import { forgetEveryone, uses } from './phone'

const NOW = Date.parse('2026-11-23T02:00:00Z')
const DAY = 86_400_000
const MEGABYTE = 1024 * 1024

const jpeg = (size: number): ArrayBuffer => new Uint8Array(size).fill(0xd8).buffer

let db: PersonDatabase

beforeEach(async () => {
  await forgetEveryone()
  db = await uses('li')
})

const keptCopies = () => db.photo_copy.toCollection().primaryKeys()

describe('the copy of a photo that somebody else took', () => {
  test('is shown from the phone, and lies there encrypted', async () => {
    await keepCopy(db, 'aa', jpeg(1000), NOW)
    expect(await photoUrl('aa')).toMatch(/^blob:/)
    expect((await copyOf(db, 'aa'))?.size).toBe(1000)
    const [stored] = await storedOf('li').photo_copy.toArray() as object[]
    expect(Object.keys(stored ?? {}).sort()).toEqual(['sealed', 'sha256', 'shown_at', 'size'])
    expect(Buffer.from((stored as { sealed: ArrayBuffer }).sealed).includes(Buffer.from(jpeg(100)))).toBe(false)
  })

  test('is not read while the phone is locked', async () => {
    await keepCopy(db, 'aa', jpeg(1000), NOW)
    dropKey('li')
    await expect(photoUrl('aa')).rejects.toThrow(Locked)
  })

  test('makes room for newer ones once there are more than 30 MB', async () => {
    for (let n = 0; n < 10; n++) await keepCopy(db, `c${n}`, jpeg(3 * MEGABYTE), NOW + n)
    expect(await keptCopies()).toHaveLength(10)
    await keepCopy(db, 'a-newer', jpeg(MEGABYTE), NOW + 10)
    expect((await keptCopies()).sort()).toEqual(['a-newer', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9'])
  })

  test('goes a month after it was shown', async () => {
    await keepCopy(db, 'old', jpeg(10), NOW - 31 * DAY)
    await keepCopy(db, 'new', jpeg(10), NOW - 29 * DAY)
    await forgetPhotos(db, NOW)
    expect(await keptCopies()).toEqual(['new'])
  })

  test('goes with the households', async () => {
    await keepCopy(db, 'aa', jpeg(10), NOW)
    await dropBase(db)
    expect(await keptCopies()).toEqual([])
  })
})
