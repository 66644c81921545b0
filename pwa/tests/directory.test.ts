import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PatchEntry } from '../src/api/wire'
import { Shelf } from '../src/data/bundles'
import type { PersonDatabase } from '../src/data/db'
import { directory } from '../src/data/directory'
import { setFact } from '../src/data/facts'
import { searchableMatters } from '../src/data/later'
import { noteAllListed } from '../src/data/listed'
import { building, caseValue, del, dwellingValue, home, put, residentValue } from './community'
import { bring, uses } from './phone'
import { Dice } from './simulation/dice'

let db: PersonDatabase

beforeEach(async () => {
  db = await uses('li')
  await bring(db, home())
})

afterEach(() => { vi.restoreAllMocks() })

const person = (id: string, name: string, dwelling_id = 'd502'): PatchEntry => put('resident', id, residentValue({ dwelling_id, name }))

/** What is listed, cases too, whatever its order. */
async function listed(): Promise<unknown> {
  const { buildings, doors, households } = await directory.now(db)
  const inOrder = <Item extends { id: string }>(items: Iterable<Item>) => [...items].sort((one, other) => (one.id < other.id ? -1 : 1))
  return [[...buildings].sort(), inOrder(doors.values()), [...households].map(([home, people]) => [home, inOrder(people)]).sort(), await searchableMatters()]
}

const namesListed = async (): Promise<string[]> => [...(await directory.now(db)).households.values()].flat().map(({ name }) => name)

/** How often all rows of a type are gone through. */
const listings = () => vi.spyOn(Shelf.prototype, 'parts')

test('a colleague’s correction is listed by reading that person alone', async () => {
  await bring(db, [person('r2', '单春华'), person('r3', '胡建')])
  await directory.now(db)
  const gone = listings()
  await bring(db, [person('r2', '单春红')])
  await bring(db, [person('r4', '武柳'), del('resident', 'r3')])
  expect(await namesListed()).toEqual(['王秀英', '单春红', '武柳'])
  expect(gone).not.toHaveBeenCalled()
})

test('after more changes than are remembered everybody is listed anew', async () => {
  await directory.now(db)
  const gone = listings()
  for (let at = 0; at < 3; at++) await bring(db, Array.from({ length: 90 }, (_, number) => person(`r${at}-${number}`, '胡建')))
  expect(await namesListed()).toHaveLength(271)
  expect(gone).toHaveBeenCalled()
})

test('what an older version of the app remembered of changes, without those of cases, keeps no answer from being taken in', async () => {
  await setFact(db, 'listed_trail', [{ from: 'm1', to: 'm2', ids: { building: [], dwelling: [], resident: ['r1'] } }])
  await bring(db, [person('r2', '单春华'), put('case', 'c1', caseValue())])
  expect(await namesListed()).toEqual(['王秀英', '单春华'])
})

/** A change of anything listed, of few enough ids that the same one changes often. */
function change(dice: Dice): PatchEntry {
  const [at, other] = [dice.below(6), dice.below(6)]
  return dice.pick([
    building(`b${at}`, `${other}号楼`),
    put('dwelling', `d${at}`, dwellingValue({ building_id: `b${other}`, room: `${other}01` })),
    person(`r${at}`, dice.pick(['单春华', '胡建', '武柳']), `d${other}`),
    put('case', `c${at}`, caseValue({ title: dice.pick(['楼道灯不亮', '下水道堵了']), state: dice.pick(['open', 'closed']) })),
    dice.pick([del('building', `b${at}`), del('dwelling', `d${at}`), del('resident', `r${at}`), del('case', `c${at}`)]),
  ])
}

test.each(Array.from({ length: 40 }, (_, seed) => seed))('whatever changes, what is listed is what would be listed anew (seed %i)', async (seed) => {
  const dice = new Dice(seed)
  for (let patch = dice.below(6); patch >= 0; patch--) {
    await bring(db, Array.from({ length: dice.below(5) }, () => change(dice)))
    if (dice.below(2) === 0) await directory.now(db)
  }
  const kept = await listed()
  await noteAllListed(db)
  expect(await listed()).toEqual(kept)
})
