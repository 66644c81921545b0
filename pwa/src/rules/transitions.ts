/** What an action makes of a case: the transitions named in sync/rules/case_flow.json; `sync/transitions.py` is the server's. */
import flow from '@rules/case_flow.json'
import type { Case, CaseState, Details, Level } from '../api/records'
import { withDeadlines } from './deadlines'
import { levelRule } from './levels'
import { unitAbove } from './places'
import type { Look, Scene } from './scene'
import { answer, call } from './whistle'

const DAY_MS = 86_400_000

/** What an action brings besides words; null for what was left unsaid. Asking only whether it is allowed, none are at hand. */
export type Facts = { [Fact in keyof Details]?: Details[Fact] | null } & {
  /** More time that was asked for, as whoever answers it saw it. */
  asked?: string | null
}

/** The case afterwards; null where there is nowhere to go. */
type Transition = (now: Case, scene: Scene, facts: Facts) => Case | null

/** The case in another state, since this moment. */
export function enter(now: Case, state: CaseState, at: string): Case {
  const since = state === 'resolved' ? { resolved_at: at } : state === 'closed' ? { closed_at: at } : {}
  return { ...now, state, ...since }
}

/** The case, open at this unit; the level's clock starts when the case reaches it. */
export function arrive(now: Case, holderId: string, level: Level, at: string): Case {
  const here: Case = {
    ...now,
    state: 'open',
    holder_id: holderId,
    assignee_id: null,
    extension_until: null,
    held_by: now.held_by.includes(holderId) ? now.held_by : [...now.held_by, holderId],
    reached: Math.max(now.reached, levelRule(level).rank),
    resolved_at: null,
    closed_at: null,
    merged_into: null,
  }
  return withDeadlines(here, level, at)
}

const climb: Transition = (now, scene) => {
  const above = unitAbove(now.holder_id, scene.look)
  return above && arrive({ ...now, climbed_from: [...now.climbed_from, now.holder_id] }, above.id, above.level, scene.at)
}

/** Back to the unit that sent it; the second time, to the unit above both, which decides. */
const sendBack: Transition = (now, scene, facts) => {
  const sender = now.climbed_from[now.climbed_from.length - 1]
  const unit = sender && scene.look('unit', sender)
  if (!sender || !unit) return null
  const bounced = now.returned_from.includes(now.holder_id) ? climb(now, scene, facts) : null
  if (bounced) return bounced
  const returned = [...new Set([...now.returned_from, now.holder_id])].sort()
  return arrive({ ...now, climbed_from: now.climbed_from.slice(0, -1), returned_from: returned }, sender, unit.level, scene.at)
}

/** Who gives a case to somebody of the team has thereby accepted it. */
const assign: Transition = (now, scene, facts) => ({ ...enter(now, 'accepted', scene.at), assignee_id: facts.assignee_id ?? null })

/** Why so late a time may not be asked for to settle a case by, that is to be settled by `settle_by` now; null where it may. */
export function unfitTime(until: string, settle_by: string | null, now: number): 'not_later' | 'too_far_ahead' | null {
  const ahead = Date.parse(until) - Math.max(now, settle_by ? Date.parse(settle_by) : now)
  if (ahead <= 0) return 'not_later'
  return ahead > flow.extends_within_days * DAY_MS ? 'too_far_ahead' : null
}

/** The unit above, which is asked, sees the case from then on. */
const askTime: Transition = (now, scene, facts) => {
  const above = unitAbove(now.holder_id, scene.look)
  return above && { ...now, extension_until: facts.until ?? null, reached: Math.max(now.reached, levelRule(above.level).rank) }
}

const giveTime: Transition = (now) => ({ ...now, settle_by: now.extension_until, extension_until: null })

const keepTime: Transition = (now) => ({ ...now, extension_until: null })

/** What the resident says: solved closes a resolved case, not solved opens it again, unless what settled it was closed too long ago. */
const rate: Transition = (now, scene, facts) => {
  const solved = facts.solved ?? true
  const rated: Case = { ...now, rating: { solved, content: facts.content ?? null, how: facts.how ?? 'call' } }
  if (now.state === 'resolved' && solved) return enter(rated, 'closed', scene.at)
  const settling = followed(now, scene.look)
  const tooLate = settling.state === 'closed' && !closedLately(settling, scene)
  return solved || tooLate ? rated : reopen(rated, scene, facts)
}

/** The case that settles this one: itself, or the last it was joined to that this phone holds. */
function followed(now: Case, look: Look): Case {
  const into = now.merged_into ? look('case', now.merged_into) : undefined
  return into ? followed(into, look) : now
}

/** Whether a closed case may still be opened again. */
export const closedLately = ({ closed_at }: Case, { at }: Scene): boolean =>
  closed_at !== null && Date.parse(at) <= Date.parse(closed_at) + flow.reopens_within_days * DAY_MS

/** Open a case again at the unit that held it last. */
const reopen: Transition = (now, scene) => {
  const holder = scene.look('unit', now.holder_id)
  return holder ? arrive(now, now.holder_id, holder.level, scene.at) : null
}

const join: Transition = (now, scene, facts) => ({ ...enter(now, 'merged', scene.at), merged_into: facts.into_id ?? null })

const blow: Transition = (now, scene, facts) => call(now, scene, facts.to ?? [])

const respond: Transition = (now, scene, facts) => (facts.answer ? answer(now, scene, facts.answer) : now)

/** By their names in case_flow.json. */
export const TRANSITIONS = {
  climb, send_back: sendBack, assign, ask_time: askTime, give_time: giveTime, keep_time: keepTime, rate, reopen, join, call: blow, answer: respond,
} satisfies Record<string, Transition>

export type TransitionName = keyof typeof TRANSITIONS
