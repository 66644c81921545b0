import { describe, expect, test } from 'vitest'
import { titlesOf } from '../src/data/later'
import { outcomeOf } from '../src/pages/held/outcome'
import { home } from './community'
import { bring, uses } from './phone'

describe('what somebody wrote before they were shut out', () => {
  test.each([
    [true, { accepted: true, verdict: 'applied', code: null }, { words: 'accepted' }],
    [true, { accepted: true, verdict: 'merged', code: null }, { words: 'accepted' }],
    [true, { accepted: true, verdict: 'superseded', code: null }, { words: 'superseded' }],
    [true, { accepted: true, verdict: 'rejected', code: 'not_found' }, { words: 'not_done', code: 'not_found' }],
    [false, { accepted: false, verdict: 'rejected', code: 'not_accepted' }, { words: 'refused' }],
    [true, { accepted: false, verdict: 'rejected', code: 'not_accepted' }, { words: 'decided_before' }],
    [false, { accepted: true, verdict: 'applied', code: null }, { words: 'decided_before' }],
  ])('accepted: %j, of which the server says %j, is told as %j', (accept, decision, told) => {
    expect(outcomeOf(decision, accept)).toEqual(told)
  })

  test('is said in words by what the phone of who decides knows of it', async () => {
    const db = await uses('li')
    await bring(db, home())
    const [removal, edit, unknown] = await titlesOf([
      { name: 'resident.remove', args: { id: 'r1', reason: '搬走了' } },
      { name: 'resident.edit', args: { id: 'r1', changes: { phone: '13900139000' } } },
      { name: 'case.accept', args: { id: 'nowhere', event_id: 'e', text: '' } },
    ])
    expect(removal).toEqual({ place: '3号楼 1-502', subject: '王秀英', words: '搬走了', fields: [] })
    expect(edit).toMatchObject({ subject: '王秀英', fields: ['phone'] })
    expect(unknown).toEqual({ place: '', subject: '', words: '', fields: [] })
  })
})
