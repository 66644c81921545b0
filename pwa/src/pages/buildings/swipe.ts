import { onMounted, type Ref } from 'vue'

export type Way = 'before' | 'after'

/** A finger that has gone so far along, and at least twice as far along as up or down, has swiped. */
const FAR = 72
const STEEPEST = 0.5

/** The way a finger went, as pages are turned: to the left is what comes after; null for what is no swipe. */
export function swipeOf(along: number, down: number): Way | null {
  if (Math.abs(along) < FAR || Math.abs(down) > STEEPEST * Math.abs(along)) return null
  return along < 0 ? 'after' : 'before'
}

/** Whether something between the finger and the page still scrolls that way: its scroll comes first. */
function scrolls(from: Element | null, page: Element, way: Way): boolean {
  for (let at = from; at && at !== page; at = at.parentElement) {
    const left = at.scrollLeft
    const rest = at.scrollWidth - at.clientWidth
    if (getComputedStyle(at).overflowX === 'auto' && (way === 'after' ? left < rest - 1 : left > 1)) return true
  }
  return false
}

/** Tells of swipes of one finger over `page`, but for those that scroll what lies under the finger. */
export function useSwipe(page: Ref<HTMLElement | undefined>, swiped: (way: Way) => void): void {
  let from: Touch | null = null
  let taken: Way[] = []

  function begin({ touches, target }: TouchEvent): void {
    from = touches.length === 1 ? touches[0] ?? null : null
    const under = target as Element
    taken = page.value ? (['before', 'after'] as Way[]).filter((way) => scrolls(under, page.value as Element, way)) : []
  }

  function end({ changedTouches }: TouchEvent): void {
    const to = changedTouches[0]
    const way = from && to ? swipeOf(to.clientX - from.clientX, to.clientY - from.clientY) : null
    from = null
    if (way && !taken.includes(way)) swiped(way)
  }

  onMounted(() => {
    page.value?.addEventListener('touchstart', begin, { passive: true })
    page.value?.addEventListener('touchend', end, { passive: true })
    page.value?.addEventListener('touchcancel', () => { from = null })
  })
}
