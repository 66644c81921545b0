import { computed, type Ref } from 'vue'
import { live, type CaseRow } from '@/data'
import { casesOf, searchableMatters, searchMatters, type Matter } from '@/data/later'
import { usePaged } from './paged'
import { useAsPainted } from './painted'

const FIRST = 5

/**
 * The cases that are found by what is `asked`, for a screen that shows households first: nothing is looked for before `first`,
 * and each letter only once they are drawn. `of` is what was asked then; null while that is not known.
 */
export function useMattersFound(asked: Ref<string>, first: Ref<boolean>) {
  const painted = useAsPainted(asked)
  const listed = live<readonly Matter[] | null>(async () => (first.value ? searchableMatters() : null), null, () => first.value)
  const found = computed(() => (listed.value ? { of: painted.value, ids: searchMatters(listed.value, painted.value) } : null))
  const list = usePaged('matters', computed(() => found.value?.ids ?? []), FIRST, () => asked.value)
  const ids = computed(() => list.shown.value)
  const rows = live<CaseRow[]>(async () => (ids.value.length > 0 ? casesOf(ids.value) : []), [], () => ids.value.join())
  return { found, rows, next: list.next, more: list.more }
}
