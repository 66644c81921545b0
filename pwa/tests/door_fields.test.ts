import { h, nextTick, ref, type Component } from 'vue'
import { expect, test } from 'vitest'
import DoorFields from '../src/pages/dwelling/DoorFields.vue'
import { newDwelling, type DwellingEntry } from '../src/pages/dwelling/form'
import { undrawn } from './undrawn'

/** The floor of a door in whose form this was typed as its room, key by key; a comma empties the field. */
async function floorAfter(keys: string, begun: Partial<DwellingEntry> = {}): Promise<string> {
  const door = ref({ ...newDwelling('1'), ...begun })
  const form: Component = () => h({ ...(DoorFields as object), render: () => null }, { modelValue: door.value })
  undrawn(form).mount({})
  for (const key of keys) {
    door.value.room = key === ',' ? '' : door.value.room + key
    await nextTick()
  }
  return door.value.floor
}

test.each([
  ['a new door', '1203', {}, '12'],
  ['a new door whose room was typed in wide figures', '１２０３', {}, '12'],
  ['a new door whose room was mistyped at first', '502,1203', {}, '12'],
  ['a door whose room is corrected', ',1203', { room: '502', floor: '5' }, '12'],
  ['a door of which somebody said another floor', ',1203', { room: '502', floor: '6' }, '6'],
  ['a room without a number', ',门卫', { room: '101', floor: '1' }, '1'],
])('the floor of %s is told by its room until somebody says another', async (_door, keys, begun, floor) => {
  expect(await floorAfter(keys, begun)).toBe(floor)
})
