/** What stands before the pages, and locking after a while away. */
import { onScopeDispose, shallowRef, type Ref } from 'vue'
import { AWAY, door, lastSeen, live, lockNow, noteTouch, stillHere, touchHere, untouched, whenLocked, type Door } from '@/data/first'

const TOUCHES = ['pointerdown', 'keydown', 'input', 'scroll'] as const

/** How often a touch is noted, and a lonely phone looked after, in milliseconds. */
const NOW_AND_THEN = 15_000

/** How often this tab was locked: on a full disk nothing else tells of it. */
const lockings = shallowRef(0)
whenLocked(() => { lockings.value += 1 })

function touch(): void {
  touchHere()
  if (untouched() < NOW_AND_THEN) return
  noteTouch()
  stillHere()
}

/** The state of the lock, null until it is known; while somebody follows it, the phone locks after five minutes untouched in every tab. */
export function useDoor(): Ref<Door | null> {
  const state = live<Door | null>(door, lastSeen.door, () => lockings.value)
  // Phones stop the clocks of a hidden page: what it missed is made up for before anything is seen
  const lockIfAway = () => {
    if (state.value !== 'open' || untouched() <= AWAY) return
    state.value = 'enter'
    void lockNow()
  }
  for (const event of TOUCHES) addEventListener(event, touch, { passive: true, capture: true })
  document.addEventListener('visibilitychange', lockIfAway)
  const timer = setInterval(lockIfAway, NOW_AND_THEN)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', lockIfAway)
    for (const event of TOUCHES) removeEventListener(event, touch, { capture: true })
  })
  return state
}
