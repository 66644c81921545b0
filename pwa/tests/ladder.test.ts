import { expect, test } from 'vitest'
import { unitsUpFrom } from '../src/data/ladder'
import { city, community, compound, district, grid, put, street, theUnits } from './community'
import { bring, uses } from './phone'

/** More compounds beside the one of these tests. */
const others = (count: number) => Array.from({ length: count }, (_, at) => put('unit', `compound-${at}`, { code: `c${at}`, name: `小区${at}`, level: 'compound', parent_id: community }))

test.each([['a community', 0], ['a district', 400]])('on a phone that holds %s, units are found with all above them, and no others', async (_whose, count) => {
  const db = await uses('li')
  await bring(db, [...theUnits(), ...others(count)])
  const found = await unitsUpFrom(db, [grid, '', 'nowhere'])
  expect([...found.keys()]).toEqual([grid, compound, community, street, district, city])
  expect((await unitsUpFrom(db, ['', 'nowhere'])).size).toBe(0)
})
