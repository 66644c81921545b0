import type { DwellingCell } from '@/data'
import './marks.css'

/** Each has a shape beside its word, so that nothing depends on telling colours apart. */
export const marks = ['visited', 'due', 'resting'] as const
export type Mark = (typeof marks)[number]

/** What the matrix says of one dwelling: due comes first, because it asks for something. */
export function markOf({ due, visited_lately }: DwellingCell): Mark {
  if (due) return 'due'
  return visited_lately ? 'visited' : 'resting'
}
