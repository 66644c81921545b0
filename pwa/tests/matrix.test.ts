import { expect, test } from 'vitest'
import type { DwellingCell } from '../src/data'
import { entrancesOf, matrixOf } from '../src/pages/buildings/matrix'
import { swipeOf } from '../src/pages/buildings/swipe'

const [FLOORS, ROOMS] = [40, 8]

const cell = (entrance: string, floor: number, room: string): DwellingCell =>
  ({ id: `${entrance}-${room}`, entrance, floor, room, visited_lately: false, open_cases: 0, due: false })

const tower = ['1', '2'].flatMap((entrance) => Array.from({ length: FLOORS * ROOMS }, (_, at) => {
  const floor = Math.floor(at / ROOMS) + 1
  return cell(entrance, floor, `${floor}0${at % ROOMS + 1}`)
}))

test('a tower of 40 floors with 8 rooms each stands with its rooms above each other, the highest on top', () => {
  const began = performance.now()
  const { columns, floors } = matrixOf(tower, '2')
  expect(performance.now() - began).toBeLessThan(100)
  expect(entrancesOf(tower)).toEqual(['1', '2'])
  expect(columns).toEqual(['01', '02', '03', '04', '05', '06', '07', '08'])
  expect(floors.map(({ floor }) => floor)).toEqual(Array.from({ length: FLOORS }, (_, at) => FLOORS - at))
  expect(floors.every(({ cells }) => cells.every((one) => one?.entrance === '2'))).toBe(true)
  expect(floors[0]?.cells.map((one) => one?.room)).toEqual(columns.map((column) => `40${column}`))
})

test('a door that two phones have added apart is there twice, side by side', () => {
  const [one, other] = [cell('1', 5, '502'), { ...cell('1', 5, '502'), id: 'added apart' }]
  const { columns, floors } = matrixOf([one, cell('1', 4, '402'), cell('1', 5, '503'), other], '1')
  expect(columns).toEqual(['02', '02', '03'])
  expect(floors.map(({ cells }) => cells.map((each) => each?.id ?? null))).toEqual([['1-502', 'added apart', '1-503'], ['1-402', null, null]])
})

test.each([
  [-120, 10, 'after'], [120, -10, 'before'], [-71, 0, null], [-120, 90, null], [0, 300, null], [90, 45, 'before'],
])('a finger that went %d along and %d down turns to what comes %s', (along, down, way) => {
  expect(swipeOf(along, down)).toBe(way)
})
