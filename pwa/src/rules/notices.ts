/** How notices are laid out: by day, what is urgent and unseen first, and a flood of one kind told as one. */

import steps from '@rules/notice_steps.json'

/** So many of one kind on one day are a flood; urgent ones never are. */
export const FLOOD = steps.flood

const leadsTo: Record<string, string> = steps.leads_to

/** The pages on which notices that are about no case are acted on. */
export const LED_TO: readonly string[] = Object.values(leadsTo)

/** Where a notice leads: to its case, or to where its kind is acted on. */
export const pathOf = ({ kind, case_id }: { kind: string; case_id: string | null }): string =>
  case_id ? `/cases/${case_id}` : (leadsTo[kind] ?? '/notices')

export interface Told {
  id: string
  kind: string
  urgent: boolean
  seen: boolean
  created_at: string
}

/** One notice, or a flood of them, newest first. */
export interface NoticeGroup<N extends Told> {
  key: string
  notices: [N, ...N[]]
}

export interface NoticeDay<N extends Told> {
  day: string
  groups: NoticeGroup<N>[]
}

/** Notices, newest first, by the day that `dayOf` gives. */
export function grouped<N extends Told>(notices: readonly N[], dayOf: (notice: N) => string): NoticeDay<N>[] {
  return parted(notices, dayOf).map(([day, ofDay]) => ({ day, groups: groupsOf(ofDay, day).sort(pressingFirst) }))
}

const groupsOf = <N extends Told>(notices: readonly N[], day: string): NoticeGroup<N>[] =>
  parted(notices, alike).flatMap(([what, ofOne]) => (ofOne.length < FLOOD ? ofOne.map(alone) : [{ key: `${day} ${what}`, notices: ofOne }]))

const alone = <N extends Told>(notice: N): NoticeGroup<N> => ({ key: notice.id, notices: [notice] })

const alike = ({ id, kind, urgent, seen }: Told): string => (urgent ? id : `${kind} ${seen ? 'seen' : 'new'}`)

function parted<N>(all: readonly N[], by: (one: N) => string): [string, [N, ...N[]]][] {
  const parts = new Map<string, [N, ...N[]]>()
  for (const one of all) {
    const part = parts.get(by(one))
    if (part) part.push(one)
    else parts.set(by(one), [one])
  }
  return [...parts]
}

function pressingFirst<N extends Told>({ notices: [one] }: NoticeGroup<N>, { notices: [other] }: NoticeGroup<N>): number {
  const pressing = (notice: N) => Number(notice.urgent && !notice.seen)
  return pressing(other) - pressing(one) || other.created_at.localeCompare(one.created_at)
}
