/** What an edit does on the phone, field by field, by the policies of sync/rules/fields.json (M1, M2). */
import fields from '@rules/fields.json'
import type { Records } from '../api/records'
import type { EditArgs } from '../api/wire'
import type { Change } from './change'
import type { Scene } from './scene'

export type Editable = keyof typeof fields.policies

type Policy = 'server' | 'latest' | 'both' | 'union'

const policies = fields.policies as Record<Editable, Record<string, Policy>>

/**
 * The record with the author's own values: of a set what they put in and took out, of any other field what
 * they wrote. What somebody else wrote unseen is merged with it by the server.
 */
export const edit = <T extends Editable>(type: T) => ({ id, changes }: EditArgs<Partial<Records[T]>>, { look, seen = {} }: Scene): Change[] => {
  const before = look(type, id) as Record<string, unknown> | undefined
  if (!before) return []
  const own = Object.entries(changes).map(([field, value]) =>
    [field, policies[type][field] === 'union' ? united(before[field] as string[], seen[field] as string[] | undefined, value as string[]) : value])
  return [{ type, id, value: { ...before, ...Object.fromEntries(own) } as Records[T] }]
}

/** A set as it stands, without what the author took out and with what they put in, against what they saw. */
function united(now: readonly string[], seen: readonly string[] = now, mine: readonly string[]): string[] {
  const kept = now.filter((element) => mine.includes(element) || !seen.includes(element))
  return [...new Set([...kept, ...mine.filter((element) => !seen.includes(element))])]
}
