import { expect, test } from 'vitest'
import { atSameDoor, draftOf, dwellingOf, missingIn, newDwelling, residentOf } from '../src/pages/dwelling/form'

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

test('a door that was typed in the wide figures of a Chinese keyboard is the one that is searched for', () => {
  const typed = { ...newDwelling('１'), room: ' ５０２Ａ', floor: '5' }
  const known = { id: 'd502', entrance: '1', floor: 5, room: '502A', due: false, visited_lately: false, open_cases: 0 }
  expect([dwellingOf(typed).entrance, dwellingOf(typed).room, atSameDoor([known], typed)]).toEqual(['1', '502A', known])
})
