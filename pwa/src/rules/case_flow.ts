/** The life of a case (docs/cases.md) on the phone: transitions are data in sync/rules/case_flow.json. */
import flow from '@rules/case_flow.json'
import type { Case, CaseKind, CaseState, Level } from '../api/records'
import { withDeadlines } from './deadlines'
import { isMember, leads, levelAbove, levelRule } from './levels'
import { postAt, type Author, type Scene } from './scene'

/** What a person can do to a case once it is open. */
export type CaseAction = 'note' | 'accept' | 'escalate' | 'return' | 'resolve'

type Who = 'in_scope' | 'holder_member' | 'holder_leader'
type Moves = 'up' | 'back'

interface ActionRule {
  from: CaseState[]
  to?: CaseState
  who: Who
  needs: 'text' | 'reason' | null
  moves?: Moves
}

const rules = flow.actions as Record<CaseAction, ActionRule>

export const CASE_ACTIONS = Object.keys(rules) as CaseAction[]

/** The level at which a case of this kind opens. */
export const opensAt = (kind: CaseKind): Level => flow.opens_at[kind] as Level

/** The argument that an action can't do without: `text`, `reason` or none. */
export const wordsNeeded = (action: CaseAction): 'text' | 'reason' | null => rules[action].needs

export const changesHolder = (action: CaseAction): boolean => rules[action].moves !== undefined

/** What the author may do to the case as it stands, in the order of case_flow.json. */
export function allowedActions(now: Case, scene: Scene): CaseAction[] {
  return CASE_ACTIONS.filter((action) => applyCaseAction(now, action, scene) !== null)
}

/**
 * The case after this action; null where its state, its holder or the author does not allow it: the
 * server then answers `superseded` or `rejected`.
 */
export function applyCaseAction(now: Case, action: CaseAction, scene: Scene): Case | null {
  const rule = rules[action]
  if (!rule.from.includes(now.state) || !relates(rule.who, scene.author, now.holder_id)) return null
  return rule.moves ? moves[rule.moves](now, scene) : { ...now, state: rule.to ?? now.state }
}

function relates(who: Who, author: Author, holderId: string): boolean {
  // A phone holds a case only while its person's scope covers it (L4, L8).
  if (who === 'in_scope') return author.posts.some(isMember)
  const post = postAt(author, holderId)
  return post !== undefined && (who === 'holder_member' || leads(post))
}

const moves: Record<Moves, (now: Case, scene: Scene) => Case | null> = { up: climb, back: sendBack }

function climb(now: Case, scene: Scene): Case | null {
  const holder = scene.look('unit', now.holder_id)
  const level = holder && levelAbove(holder.level)
  if (!holder?.parent_id || !level) return null
  return arrive({ ...now, climbed_from: [...now.climbed_from, now.holder_id] }, holder.parent_id, level, scene.at)
}

/** Back to the unit that sent it; the second time, to the unit above both, which decides. */
function sendBack(now: Case, scene: Scene): Case | null {
  const sender = now.climbed_from[now.climbed_from.length - 1]
  const unit = sender && scene.look('unit', sender)
  if (!sender || !unit) return null
  const bounced = now.returned_from.includes(now.holder_id) ? climb(now, scene) : null
  if (bounced) return bounced
  const returned = [...new Set([...now.returned_from, now.holder_id])].sort()
  return arrive({ ...now, climbed_from: now.climbed_from.slice(0, -1), returned_from: returned }, sender, unit.level, scene.at)
}

/** The case, open at this unit; the level's clock starts when the case reaches it. */
export function arrive(now: Case, holderId: string, level: Level, at: string): Case {
  const here: Case = {
    ...now,
    state: 'open',
    holder_id: holderId,
    assignee_id: null,
    held_by: now.held_by.includes(holderId) ? now.held_by : [...now.held_by, holderId],
    reached: Math.max(now.reached, levelRule(level).rank),
  }
  return withDeadlines(here, level, at)
}
