import { beforeEach, expect, test } from 'vitest'
import { dwelling, openCase, outbox, unmask } from '../src/data'
import type { PersonDatabase } from '../src/data/db'
import { caseValue, home } from './community'
import { bring, uses } from './phone'

let db: PersonDatabase

beforeEach(async () => {
  db = await uses('li')
  await bring(db, home())
})

test('a resident’s number that was looked at waits to be sent, and the resident is as before', async () => {
  const before = await dwelling('d502')
  await unmask({ type: 'resident', id: 'r1' })
  expect((await outbox()).rows).toMatchObject([{ name: 'resident.unmask', where: 'phone', title: { subject: '王秀英' } }])
  expect(await dwelling('d502')).toEqual(before)
})

test('of who reported a case the case says which', async () => {
  const { kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id } = caseValue()
  const id = await openCase({ kind, title, detail, urgency, category, visit_id, reporter, photos, dwelling_id, place: null })
  await unmask({ type: 'case', id })
  expect((await outbox()).rows[0]).toMatchObject({ name: 'case.unmask', title: { subject: title } })
})
