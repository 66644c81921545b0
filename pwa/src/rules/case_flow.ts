/** Who may do what to a case, and when (docs/cases.md), on the phone: the table is sync/rules/case_flow.json. */
import flow from '@rules/case_flow.json'
import type { Case, CaseKind, CaseState, Level } from '../api/records'
import { isMember, leads } from './levels'
import { unitAbove } from './places'
import { postAt, type Scene } from './scene'
import { callOf } from './whistle'
import { closedLately, enter, TRANSITIONS, type Facts, type TransitionName } from './transitions'

/** What a person can do to a case once it is open. */
export type CaseAction = keyof typeof flow.actions

type Relation = 'in_scope' | 'holder_member' | 'holder_leader' | 'above_member' | 'above_leader' | 'origin_member' | 'opener' | 'called'
type Condition = 'time_asked' | 'closed_lately'

interface ActionRule {
  by: Partial<Record<Relation, CaseState[]>>
  if?: Condition
  needs?: 'text' | 'reason'
  to?: CaseState
  then?: TransitionName
  never_late?: boolean
}

const rules = flow.actions as unknown as Record<CaseAction, ActionRule>

export const CASE_ACTIONS = Object.keys(rules) as CaseAction[]

/** The level at which a case of this kind opens. */
export const opensAt = (kind: CaseKind): Level => flow.opens_at[kind] as Level

/** The words that an action can't do without: `text`, `reason` or none. */
export const wordsNeeded = (action: CaseAction): 'text' | 'reason' | null => rules[action].needs ?? null

/** Whether it stands on the timeline as what it is, however late (M4). */
export const isNeverLate = (action: CaseAction): boolean => rules[action].never_late ?? false

const memberAt = (scene: Scene, unitId: string | null | undefined): boolean => Boolean(unitId && postAt(scene.author, unitId))

function leadsAt(scene: Scene, unitId: string | null | undefined): boolean {
  return Boolean(unitId && scene.author.posts.some((post) => post.unit_id === unitId && isMember(post) && leads(post)))
}

const relations: Record<Relation, (now: Case, scene: Scene) => boolean> = {
  // A phone holds a case only while its person's scope covers it (L4, L8)
  in_scope: (now, { author }) => author.posts.some(isMember) || callOf(now, author.id) !== null,
  holder_member: (now, scene) => memberAt(scene, now.holder_id),
  holder_leader: (now, scene) => leadsAt(scene, now.holder_id),
  above_member: (now, scene) => memberAt(scene, unitAbove(now.holder_id, scene.look)?.id),
  above_leader: (now, scene) => leadsAt(scene, unitAbove(now.holder_id, scene.look)?.id),
  origin_member: (now, scene) => memberAt(scene, now.origin_id),
  opener: (now, { author }) => now.opened_by === author.id,
  called: (now, { author }) => callOf(now, author.id) !== null,
}

/** Whether more time is asked for; absent in a case that came before anybody could. */
export const asksForTime = ({ extension_until }: Pick<Case, 'extension_until'>): boolean => Boolean(extension_until)

const conditions: Record<Condition, (now: Case, scene: Scene, facts: Facts) => boolean> = {
  time_asked: (now, _scene, { asked }) => asksForTime(now) && (asked ?? now.extension_until) === now.extension_until,
  closed_lately: closedLately,
}

/** What the author may do to the case as it stands, in the order of case_flow.json. */
export function allowedActions(now: Case, scene: Scene): CaseAction[] {
  return CASE_ACTIONS.filter((action) => applyCaseAction(now, action, scene) !== null)
}

function allows(now: Case, { by, if: condition }: ActionRule, scene: Scene, facts: Facts): boolean {
  if (condition && !conditions[condition](now, scene, facts)) return false
  return (Object.entries(by) as [Relation, CaseState[]][]).some(([relation, states]) => states.includes(now.state) && relations[relation](now, scene))
}

/**
 * The case after this action, with the facts it brings; null where its state, its holder or the author does not
 * allow it: the server then answers `superseded` or `rejected`.
 */
export function applyCaseAction(now: Case, action: CaseAction, scene: Scene, facts: Facts = {}): Case | null {
  const rule = rules[action]
  if (!allows(now, rule, scene, facts)) return null
  if (rule.then) return TRANSITIONS[rule.then](now, scene, facts)
  return rule.to ? enter(now, rule.to, scene.at) : now
}
