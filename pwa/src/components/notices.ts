/** What follows from notices wherever in the app one is: the number on its icon, and that those that lead to an opened page are seen. */
import { computed, ref, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { countUnseen, live, markSeen, reportFault, unseenAt, type Account } from '@/data'
import { LED_TO } from '../rules/notices'

/** Chromium and Safari, installed; elsewhere, or not allowed, the app's own pages say it. */
interface Badges {
  setAppBadge?: (count: number) => Promise<void>
}

/** The pages that notices lead to, as the router knows them. */
const PAGES = ['/cases/:id', ...LED_TO]

/** How many notices nobody has seen yet on this phone. */
export const unseen = ref(0)

/** How often there was news for the page that is open: what it shows of the server alone is to be asked for anew. */
export const newsHere = ref(0)

/** `unlocked`: what is opened can be seen. */
export function useNotices(who: Ref<Account | null>, unlocked: Ref<boolean>): void {
  const route = useRoute()
  const counted = live(countUnseen, 0, () => unlocked.value)
  const opened = computed(() => (unlocked.value && PAGES.includes(route.matched[0]?.path ?? '') ? route.path : null))
  const ofOpened = live<string[]>(async () => (opened.value ? unseenAt(opened.value) : []), [], () => opened.value)
  watch(() => (who.value ? counted.value : 0), (count) => {
    unseen.value = count
    showBadge(count)
  }, { immediate: true })
  watch(ofOpened, (ids) => {
    if (ids.length === 0) return
    newsHere.value += 1
    markSeen(ids).catch(reportFault)
  })
}

/** 0 takes it away. */
function showBadge(count: number): void {
  void (navigator as Badges).setAppBadge?.(count).catch(() => undefined)
}
