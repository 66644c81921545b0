import { expect, test } from 'vitest'
import { dropPhoto, refusedPhotos, sendPhotoAgain } from '../src/data/later'
import { syncState } from '../src/data'
import { notePhotoRefused } from '../src/data/photo_queue'
import { keepPhoto } from '../src/data/photos'
import { uses } from './phone'

test('a photo that was not taken is seen with the reason, and is sent once more or given up as its author says', async () => {
  const db = await uses('li')
  const [first, second] = [await keepPhoto(new Blob(['x'], { type: 'image/jpeg' })), await keepPhoto(new Blob(['y'], { type: 'image/jpeg' }))]
  await notePhotoRefused(db, first, 'bad_photo')
  await notePhotoRefused(db, second, 'unreadable')
  expect((await refusedPhotos()).map(({ problem }) => problem).sort()).toEqual(['bad_photo', 'unreadable'])
  await sendPhotoAgain(first)
  await dropPhoto(second)
  expect(await refusedPhotos()).toEqual([])
  expect(await syncState()).toMatchObject({ photosUnsent: 1, photosRefused: 0 })
  expect((await db.photo.get(first))?.bytes.byteLength).toBe(1)
  expect(await db.photo.get(second)).toBeUndefined()
})
