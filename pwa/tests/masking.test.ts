import { expect, test } from 'vitest'
import { masked } from '../src/components/masking'

test.each([
  ['13800138817', '138****8817'],
  ['138 0013 8817', '138 **** 8817'],
  ['0535-6688123', '053*-***8123'],
  ['+86 138 0013 8817', '+86 1** **** 8817'],
  ['１３８００１３８８１７', '１３８****８８１７'],
  ['6688123', '*****23'],
  ['110', '*10'],
  ['门卫转', '门卫转'],
])('the number %s is shown to others as %s', (number, shown) => {
  expect(masked(number)).toBe(shown)
})
