import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { caseNumber, figuresIn } from '../src/rules/case_number'

interface Vector {
  title: string
  id: string
  number: string
}

const vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/case_number.json', import.meta.url), 'utf8')) as Vector[]

test.each(vectors)('the number of $title is the same here as on the server', ({ id, number }) => {
  expect(caseNumber(id)).toBe(number)
})

test.each([
  ['482-193-7011', '4821937011'], ['4821937011', '4821937011'], [' 482 193 7011 ', '4821937011'], ['482－193—7011', '4821937011'],
  ['3-1-502', '31502'], ['3号楼', null], ['王秀英', null], ['', null],
])('the figures typed in %j are %j', (text, figures) => {
  expect(figuresIn(text)).toBe(figures)
})
