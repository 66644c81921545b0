import { computed } from 'vue'
import type { DwellingCell } from '@/data'
import { now } from '../../components/now'
import './marks.css'

/** Each has a shape beside its word, so that nothing depends on telling colours apart. */
export const marks = ['visited', 'due', 'resting'] as const
export type Mark = (typeof marks)[number]

const RECENT_MS = 30 * 86_400_000

/** The last day that is no longer lately: it changes once a day, and with it what depends on it. */
const longAgo = computed(() => new Date(now.value - RECENT_MS).toISOString().slice(0, 10))

/** What the matrix says of one dwelling: due comes first, because it asks for something. */
export function markOf({ due, last_visited_on }: DwellingCell): Mark {
  if (due) return 'due'
  return last_visited_on && last_visited_on > longAgo.value ? 'visited' : 'resting'
}
