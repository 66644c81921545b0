import { narrow, type Urgency } from '@/data'
import type { PolicySetting } from '@/sync'

/** A unit's own time while it is being written: figures as they are typed. */
export interface PolicyDraft {
  urgency: Urgency
  item_code: string
  accept: string
  accept_unit: 'minutes' | 'hours'
  settle: string
  unit: 'hours' | 'working_days'
}

export const blankPolicy = (): PolicyDraft => ({ urgency: 'normal', item_code: '', accept: '', accept_unit: 'minutes', settle: '', unit: 'working_days' })

/** The server takes no more and no less. */
const ACCEPT = { minutes: [5, 30 * 24 * 60], hours: [1, 30 * 24] } as const
const SETTLE = { hours: [1, 366 * 24], working_days: [1, 366] } as const
const MINUTES = { minutes: 1, hours: 60 } as const

function figure(typed: string, [least, most]: readonly [number, number]): number | null | undefined {
  if (!typed.trim()) return null
  const number = Number(narrow(typed))
  return Number.isInteger(number) && number >= least && number <= most ? number : undefined
}

/** The time as it is sent, or the key of what is wrong with it. */
export function policyOf({ urgency, item_code, accept, accept_unit, settle, unit }: PolicyDraft): PolicySetting | string {
  const [first, limit] = [figure(accept, ACCEPT[accept_unit]), figure(settle, SETTLE[unit])]
  if (first === undefined) return 'deadlines.bad_accept'
  if (limit === undefined) return 'deadlines.bad_settle'
  if (first === null && limit === null) return 'deadlines.need_time'
  const accept_minutes = first === null ? null : first * MINUTES[accept_unit]
  return { urgency, item_code, accept_minutes, settle_hours: unit === 'hours' ? limit : null, settle_working_days: unit === 'hours' ? null : limit }
}

/** Those before with this one, which takes the place of that for the same cases. */
export const withPolicy = (before: readonly PolicySetting[], one: PolicySetting): PolicySetting[] => [...without(before, one), one]

type Key = Pick<PolicySetting, 'urgency' | 'item_code'>

export const without = (before: readonly PolicySetting[], { urgency, item_code }: Key): PolicySetting[] =>
  before.filter((other) => other.urgency !== urgency || other.item_code !== item_code)
