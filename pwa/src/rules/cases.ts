/** What opening a case and acting on it do on the phone; `sync/cases.py` is the server's. */
import type { Case, CaseEvent, Details } from '../api/records'
import type { CaseArgs, OpenArgs } from '../api/wire'
import { applyCaseAction, isNeverLate, opensAt, type CaseAction } from './case_flow'
import { caseNumber } from './case_number'
import type { Change } from './change'
import { atLevel, inWords, placed } from './places'
import { postAt, type Scene } from './scene'
import { arrive, type Facts } from './transitions'

type Words = CaseArgs & Facts & { text?: string; reason?: string; photos?: string[] }

/** The case where its kind begins, and the first line of its timeline, which has the mutation's id. */
export function openCase(args: OpenArgs, scene: Scene, mutationId: string): Change[] {
  const { id, ...said } = args
  const spot = placed(args, scene.look)
  const originId = spot.grid_id ?? spot.compound_id ?? args.place?.unit_id ?? ''
  const opening: Case = {
    ...said, ...spot,
    place: args.dwelling_id ? { unit_id: originId, text: inWords(args.dwelling_id, scene.look) } : args.place,
    state: 'open', origin_id: originId, holder_id: originId, assignee_id: null,
    opened_by: scene.author.id, opened_at: scene.at, accept_by: null, settle_by: null,
    held_by: [], climbed_from: [], returned_from: [], reached: 0,
    extension_until: null, resolved_at: null, closed_at: null, rating: null, merged_into: null, calls: [],
  }
  const value = arriveFirst(opening, scene)
  return [{ type: 'case', id, value }, line(mutationId, id, value, scene, { action: 'open', text: args.detail, to_unit_id: value.holder_id })]
}

/** The case at the unit where its kind begins, or at its origin where the ladder has no such unit. */
function arriveFirst(opening: Case, { look, at }: Scene): Case {
  const level = opensAt(opening.kind)
  const holderId = atLevel(opening.origin_id, level, look)
  const origin = look('unit', opening.origin_id)
  return arrive(opening, holderId ?? opening.origin_id, holderId ? level : (origin?.level ?? level), at)
}

/** The case after an action, and the line it makes. */
export const act = (action: CaseAction) => ({ id, event_id, text, reason, photos = [], asked, ...facts }: Words, scene: Scene): Change[] => {
  const before = scene.look('case', id)
  if (!before) return []
  const after = applyCaseAction(before, action, scene, { ...facts, asked })
  const said = { text: text ?? reason ?? '', photos, details: detailsOf(facts, scene) }
  // Not allowed here and now: the words stay on the timeline, as the server will keep them (docs/cases.md).
  if (!after) return [line(event_id, id, before, scene, { ...said, ...(isNeverLate(action) ? { action } : { action: 'note', attempted: action }) })]
  const arrived = after.state === 'open' && (after.holder_id !== before.holder_id || after.state !== before.state)
  const moved = arrived ? { from_unit_id: before.holder_id, to_unit_id: after.holder_id } : {}
  const event = line(event_id, id, after, scene, { ...said, ...moved, action })
  return after === before ? [event] : [{ type: 'case', id, value: after }, event]
}

/** What a line says besides words, with names for ids. */
export function detailsOf(facts: Facts, { look }: Pick<Scene, 'look'>): Details | null {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
  if (known.length === 0) return null
  const named = facts.assignee_id ? { assignee_name: look('person', facts.assignee_id)?.name ?? '' } : {}
  const numbered = facts.into_id ? { number: caseNumber(facts.into_id) } : {}
  return { ...Object.fromEntries(known), ...named, ...numbered }
}

/** One line of the timeline; its actor's role is that of the unit they act for. */
function line(id: string, caseId: string, now: Case, { author, at }: Scene, said: Partial<CaseEvent>): Change<'case_event'> {
  const post = [...now.held_by].reverse().map((unitId) => postAt(author, unitId)).find(Boolean) ?? author.posts[0]
  const value: CaseEvent = {
    grid_id: now.grid_id, compound_id: now.compound_id, reached: now.reached, case_id: caseId, action: 'note',
    actor_id: author.id, actor_name: author.name, actor_role: post?.role ?? '', at, received_at: null,
    text: '', attempted: null, from_unit_id: null, to_unit_id: null, photos: [], details: null, ...said,
  }
  return { type: 'case_event', id, value }
}
