import { expect, test } from 'vitest'
import { calleesOf, hears } from '../src/data/later'
import { caseValue, grid, home, put } from './community'
import { bring, uses } from './phone'

test.each([['张', ['张伟']], ['zw', ['张伟']], ['ZhangW', ['张伟']], ['物业', ['单春华']], ['shanch', ['单春华']], ['wz', []]])(
  'whoever a whistle is to call is found by %j: %j', async (asked, names) => {
    const db = await uses('li')
    await bring(db, [
      ...home(),
      put('person', 'zhang', { name: '张伟', memberships: [{ unit_id: grid, role: 'grid_worker', department: '' }] }),
      put('person', 'shan', { name: '单春华', memberships: [{ unit_id: grid, role: 'responder', department: '物业' }] }),
    ])
    const { people } = await calleesOf(caseValue())
    expect(people.filter(hears(asked.toLowerCase())).map(({ name }) => name)).toEqual(names)
  },
)
