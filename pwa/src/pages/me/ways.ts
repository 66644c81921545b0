import type { OutboxRow } from '@/data'
import { CASE_ACTIONS } from '../../rules/case_flow'
import { isOneTap } from '../cases/actions'

type Way = (row: OutboxRow) => string | null

const visit: Way = ({ record }) => `/visits/${record?.id}`
const dwelling: Way = ({ record }) => `/dwellings/${record?.id}?fix=dwelling`
const door: Way = ({ building_id }) => building_id && `/buildings/${building_id}?add=1`
const resident: Way = ({ record, dwelling_id }) => dwelling_id && `/dwellings/${dwelling_id}?fix=${record?.id}`
const matter: Way = ({ record }) => `/cases/${record?.id}`
const again = (way: Way): Way => (row) => {
  const path = way(row)
  return path && `${path}${path.includes('?') ? '&' : '?'}again=${row.seq}`
}

/** Where what waits is corrected by a change of its own: it may be on its way already. */
const corrections: Record<string, Way> = {
  'visit.record': visit,
  'visit.amend': visit,
  'dwelling.add': dwelling,
  'dwelling.edit': dwelling,
  'resident.add': resident,
  'resident.edit': resident,
}

/** Cases know no corrections: they are put in other words, while nobody has been given them. */
const rewordings: Record<string, Way> = {
  'case.open': again(() => '/cases/new'),
  ...Object.fromEntries(CASE_ACTIONS.filter((action) => !isOneTap(action)).map((action) => [`case.${action}`, again(matter)])),
}

/** Where what was refused is taken up again, with its words in the form. */
const retakings: Record<string, Way> = {
  ...rewordings,
  'visit.record': again(() => '/visits/new'),
  'visit.amend': again(visit),
  'dwelling.add': again(door),
  'dwelling.edit': again(dwelling),
  'resident.add': again(resident),
  'resident.edit': again(resident),
}

/** The form in which what waits is corrected; null where there is none, or it is too late. */
export function correctionOf(row: OutboxRow): string | null {
  if (row.where !== 'phone' && row.where !== 'sending') return null
  const way = corrections[row.name] ?? (row.fresh ? rewordings[row.name] : undefined)
  return way?.(row) ?? null
}

/** The form in which what was refused is taken up again; null where there is nothing to write. */
export const retakingOf = (row: OutboxRow): string | null => (row.problem ? (retakings[row.name]?.(row) ?? null) : null)
