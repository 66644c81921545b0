/** The ladder of units as data (sync/rules/levels.json), as the phone needs it. */
import levels from '@rules/levels.json'
import type { Level } from '../api/records'

interface LevelRule {
  name: string
  rank: number
  lead_role: string
  member_roles: string[]
  settle_urgent_hours?: number
}

const byName = new Map<string, LevelRule>(levels.levels.map((rule) => [rule.name, rule]))
const byRank = new Map<number, LevelRule>(levels.levels.map((rule) => [rule.rank, rule]))

/** What the rules say of a level. @throws Error for a level that levels.json does not name. */
export function levelRule(level: string): LevelRule {
  const rule = byName.get(level)
  if (!rule) throw new Error(`levels.json names no level ${level}`)
  return rule
}

/** Whether the rules name this level. */
export const isLevel = (level: string): level is Level => byName.has(level)

const highest = levelRule(levels.highest_holder).rank

/** The level one up that may hold a case; null at the top of the ladder. */
export function levelAbove(level: Level): Level | null {
  const rank = levelRule(level).rank + 1
  return rank <= highest ? ((byRank.get(rank)?.name ?? null) as Level | null) : null
}

/** A person serves at this unit in this role. */
export interface Post {
  unit_id: string
  level: Level
  role: string
}

/** Whether the role belongs to the unit's own team. */
export const isMember = (post: Post): boolean => levelRule(post.level).member_roles.includes(post.role)

/** Whether it shows households, none of which go above the community (L8): who sees them may write down what is there. */
export const seesHomes = (post: Post): boolean => isMember(post) && levelRule(post.level).rank <= levelRule('community').rank

export const leads = (post: Post): boolean => levelRule(post.level).lead_role === post.role

/** Whether they look after the phones of the unit's people: who leads a compound or a unit above. */
export const helps = (post: Post): boolean => leads(post) && levelRule(post.level).rank >= levelRule('compound').rank

export const acceptMinutes = { urgent: levels.accept_urgent_minutes, normal: levels.accept_normal_hours * 60 }
