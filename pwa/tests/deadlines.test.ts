import { describe, expect, test } from 'vitest'
import type { PolicySetting } from '../src/api/wire'
import { blankPolicy, policyOf, withPolicy, without, type PolicyDraft } from '../src/pages/deadlines/form'

const written = (more: Partial<PolicyDraft>) => policyOf({ ...blankPolicy(), ...more })
const none = { accept_minutes: null, settle_hours: null, settle_working_days: null }

describe('a deadline that a leader writes', () => {
  test('is in hours or in working days, with or without a time to accept', () => {
    expect(written({ settle: '4' })).toEqual({ urgency: 'normal', item_code: '', ...none, settle_working_days: 4 })
    expect(written({ urgency: 'urgent', item_code: '0201', accept: '10', settle: '6', unit: 'hours' }))
      .toEqual({ urgency: 'urgent', item_code: '0201', ...none, accept_minutes: 10, settle_hours: 6 })
    for (const accept of [' 60 ', '６０']) expect(written({ accept })).toEqual({ urgency: 'normal', item_code: '', ...none, accept_minutes: 60 })
    expect(written({ accept: '48', accept_unit: 'hours' })).toEqual({ urgency: 'normal', item_code: '', ...none, accept_minutes: 2880 })
  })

  test.each([
    [{}, 'need_time'], [{ accept: '4' }, 'bad_accept'], [{ accept: '半小时' }, 'bad_accept'], [{ accept: '721', accept_unit: 'hours' as const }, 'bad_accept'], [{ settle: '0' }, 'bad_settle'],
    [{ settle: '1.5' }, 'bad_settle'], [{ settle: '367' }, 'bad_settle'], [{ settle: '8785', unit: 'hours' as const }, 'bad_settle'],
  ])('as %j is not sent: %s', (more, key) => {
    expect(written(more)).toBe(`deadlines.${key}`)
  })

  test('takes the place of that for the same cases and leaves the others', () => {
    const [all, ofItem]: PolicySetting[] = [{ urgency: 'normal', item_code: '', ...none, settle_hours: 1 }, { urgency: 'normal', item_code: '0201', ...none, settle_hours: 2 }]
    const newer = { ...all, settle_hours: 3 } as PolicySetting
    expect(withPolicy([all, ofItem] as PolicySetting[], newer)).toEqual([ofItem, newer])
    expect(without([all, ofItem] as PolicySetting[], newer)).toEqual([ofItem])
  })
})
