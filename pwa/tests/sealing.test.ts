import { expect, test } from 'vitest'
import { uses } from './phone'

test('of two rows put one after the other the second stays, however long the first takes to encrypt', async () => {
  const db = await uses('li')
  await db.transaction('rw', db.draft, () =>
    Promise.all(['长'.repeat(3_000_000), '短'].map((value) => db.draft.put({ key: 'visit', value }))))
  expect((await db.draft.get('visit'))?.value).toBe('短')
})
