import type { DwellingCell } from '@/data'
import type { IconName } from '../../components/icons'
import { now } from '../../components/now'

/** Shapes beside the words, so that nothing depends on telling colours apart. */
export const marks = { visited: 'check', due: 'ring', resting: 'dot' } as const satisfies Record<string, IconName>
export type Mark = keyof typeof marks

const RECENT_MS = 30 * 86_400_000

/** What the matrix says of one dwelling: due comes first, because it asks for something. */
export function markOf(cell: DwellingCell): Mark {
  if (cell.due) return 'due'
  const seen = cell.last_visited_on && now.value - Date.parse(cell.last_visited_on) <= RECENT_MS
  return seen ? 'visited' : 'resting'
}
