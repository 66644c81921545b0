import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { openCase } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { casesNumbered } from '../src/data/later'
import { caseNumber, numberIn } from '../src/rules/case_number'
import { caseValue, home, put } from './community'
import { bring, forgetEveryone, uses } from './phone'

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
  ['482-193-7011', '482-193-7011'], ['4821937011', '482-193-7011'], [' 482 193 7011 ', '482-193-7011'], ['482－193—7011', '482-193-7011'],
  ['13800138817', null], ['482-193', null], ['3-1-502', null], ['王秀英', null], ['', null],
])('%j asks for the number %j', (text, number) => {
  expect(numberIn(text)).toBe(number)
})

describe('a case is found by its number', () => {
  let db: PersonDatabase

  beforeEach(async () => {
    await forgetEveryone()
    db = await uses('li')
    await bring(db, home())
  })

  test('once the server has sent it', async () => {
    const [{ id, number }] = vectors as [Vector]
    await bring(db, [put('case', id, caseValue()), put('case', '0198c0de-7a31-7b4c-9f21-000000000009', caseValue())])
    expect(await casesNumbered(number)).toMatchObject([{ id, place_label: '3号楼 1-502', holder_name: '第一网格' }])
  })

  test('and before, on the phone that opened it', async () => {
    const { kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id } = caseValue()
    const id = await openCase({ kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id, place: null })
    expect(await casesNumbered(caseNumber(id))).toMatchObject([{ id, where: 'phone' }])
    expect(await casesNumbered('482-193-7011')).toEqual([])
  })
})
