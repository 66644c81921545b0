/** What the screens of cases receive and hand back. */
import type { Call, Case, CaseEvent } from '../api/records'
import type { CaseAction } from '../rules/case_flow'
import type { Nearness } from '../rules/duplicates'
import type { Facts } from '../rules/transitions'
import type { Shown } from './types'

export type CaseTab = 'waiting' | 'following' | 'done'

export interface CaseRow extends Shown<Case> {
  holder_name: string
  /** Empty while it is given to nobody, or where this phone does not know them. */
  assignee_name: string
  /** Where it is: `3号楼 1-502`, or the place's own words. */
  place_label: string
  /** That I was called to it; null where I was not, or it is over. */
  my_call: Call | null
}

/** A case near a place somebody asked about. */
export interface NearCase extends CaseRow {
  near: Nearness
}

/** What somebody can do to a case; what they may do now is `CasePage.allowed`. */
export type Action = CaseAction

export interface CasePage extends Shown<Case> {
  /** Oldest first. */
  events: Shown<CaseEvent>[]
  allowed: Action[]
  calls: readonly Call[]
  my_call: Call | null
  /** As in `CaseRow`. */
  assignee_name: string
  /** Names of the units the case and its events mention, by id. */
  unit_names: Record<string, string>
  place_label: string
}

/** What may be said with an action on a case; each takes its own part (`actions.ts`). */
export interface ActionWords extends Facts {
  text?: string
  reason?: string
  photos?: string[]
}
