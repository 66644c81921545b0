/** What the states of a case mean, as `sync/rules/case_states.json` tells it: apart from the other rules, for the first screen needs it. */
import told from '@rules/case_states.json'
import type { Case, CaseState } from '../api/records'

export const CASE_STATES = told.states as CaseState[]
export const UNSETTLED = told.unsettled as CaseState[]

/** Whether whoever holds the case has something left to do. */
export const isUnsettled = ({ state }: Pick<Case, 'state'>): boolean => UNSETTLED.includes(state)

/** Whether nothing more is to come of the case by itself; what is resolved may still be found wanting. */
export const isOver = ({ state }: Pick<Case, 'state'>): boolean => (told.over as CaseState[]).includes(state)
