/** Two values of one field and the tap that settles it (M2); `sync/settling.py` is the server's. */
import fields from '@rules/fields.json'
import type { Conflict } from '../api/records'
import type { Keep, SettleArgs } from '../api/wire'
import type { Change } from './change'
import { leads } from './levels'
import { atLevel } from './places'
import type { Author, Look, Scene } from './scene'

const joinable = fields.joined as Partial<Record<Conflict['record_type'], Record<string, number>>>

/** The conflict settled, and its field as chosen; what stands already is left alone. */
export function settle({ id, keep }: SettleArgs, { author, look }: Scene): Change[] {
  const now = look('conflict', id)
  if (!now || now.state === 'settled') return []
  const settled: Change = { type: 'conflict', id, value: { ...now, state: 'settled', settled_by: author.id } }
  const record = look(now.record_type, now.record_id)
  if (keep === 'theirs' || !record) return [settled]
  const value = keep === 'mine' ? now.mine.value : joined(now)
  return [settled, { type: now.record_type, id: now.record_id, value: { ...record, [now.field]: value } as Change['value'] }]
}

/** Both values, the earlier first; an empty one is none. */
const values = ({ mine, theirs }: Conflict): string[] =>
  [mine, theirs].sort((one, other) => one.at.localeCompare(other.at)).map(({ value }) => String(value)).filter(Boolean)

/** Both values in one short text. */
const joined = (now: Conflict): string => values(now).join(' / ')

/** What may be kept: of a removed record nothing can be brought back, and only two short texts have room for both. */
export function choicesOf(now: Conflict): Keep[] {
  if (now.against === 'removal') return ['theirs']
  const room = joinable[now.record_type]?.[now.field] ?? 0
  return values(now).length > 1 && [...joined(now)].length <= room ? ['mine', 'theirs', 'both'] : ['mine', 'theirs']
}

/** Whether this person may settle it: an author of either value, or who leads its compound or community. */
export function maySettle({ mine, theirs, compound_id }: Conflict, author: Author, look: Look): boolean {
  const units = [compound_id, atLevel(compound_id, 'community', look)]
  return [mine.person_id, theirs.person_id].includes(author.id) || author.posts.some((post) => units.includes(post.unit_id) && leads(post))
}
