import { expect, test } from 'vitest'
import { draftOf, missingIn, residentOf } from '../src/pages/dwelling/form'

const entry = { ...draftOf(null), name: '王秀英' }

test('a care need is kept with a day of consent, and no later day than today', () => {
  const needy = { ...entry, care_needs: ['pregnant' as const] }
  const said = ['', '2020-01-01', '2099-01-01'].map((consented_on) => missingIn({ ...needy, consented_on }))
  expect(said).toEqual(['resident.need_consent', '', 'resident.consent_too_late'])
})

test('a day of consent that was left behind by a need taken out again is not asked about, and not kept', () => {
  const left = { ...entry, consented_on: '2099-01-01' }
  expect([missingIn(left), residentOf(left).consented_on]).toEqual(['', null])
})
