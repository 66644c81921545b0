import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { anybodyKnown } from '@/data/before'
import { firstLook } from './components/first_look'
import { noteLeft, whereLeft } from './components/returning'
import { allWords } from './i18n'

declare module 'vue-router' {
  interface RouteMeta {
    /** Which entry of the tab bar is lit; a page without one is a task of its own and hides the bar. */
    tab?: 'today' | 'buildings' | 'cases' | 'me'
    /** May be seen by somebody who has not signed in. */
    open?: boolean
  }
}

/** The pages between the first one and a saved visit. */
const AT_THE_DOOR = {
  buildings: () => import('./pages/buildings/BuildingsPage.vue'),
  building: () => import('./pages/buildings/BuildingPage.vue'),
  dwelling: () => import('./pages/dwelling/DwellingPage.vue'),
  visit: () => import('./pages/visit/VisitFormPage.vue'),
}

/** Have the code of these pages at hand before somebody taps. Without signal, before the service worker keeps it, a tap asks again. */
export function readyPages(): void {
  for (const load of [allWords, ...Object.values(AT_THE_DOOR)]) load().catch(() => undefined)
}

/** Each comes when first asked for; behind the lock that is Today, while the PIN is typed. */
const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/SignIn.vue'), meta: { open: true } },
  { path: '/', component: () => import('./pages/today/TodayPage.vue'), meta: { tab: 'today' } },
  { path: '/search', component: () => import('./pages/SearchPage.vue'), meta: { tab: 'buildings' } },
  { path: '/buildings', component: AT_THE_DOOR.buildings, meta: { tab: 'buildings' } },
  { path: '/buildings/:id', component: AT_THE_DOOR.building, props: true, meta: { tab: 'buildings' } },
  { path: '/dwellings/:id', component: AT_THE_DOOR.dwelling, props: true, meta: { tab: 'buildings' } },
  { path: '/visits/new', component: AT_THE_DOOR.visit },
  { path: '/visits/:id', component: () => import('./pages/visit/VisitAmendPage.vue'), props: true },
  { path: '/cases', component: () => import('./pages/cases/CasesPage.vue'), meta: { tab: 'cases' } },
  { path: '/cases/new', component: () => import('./pages/cases/CaseFormPage.vue') },
  { path: '/cases/:id', component: () => import('./pages/cases/CasePage.vue'), props: true, meta: { tab: 'cases' } },
  { path: '/notices', component: () => import('./pages/notices/NoticesPage.vue'), meta: { tab: 'today' } },
  { path: '/me', component: () => import('./pages/me/MePage.vue'), meta: { tab: 'me' } },
  { path: '/me/duty', component: () => import('./pages/duty/DutyPage.vue'), meta: { tab: 'me' } },
  { path: '/me/deadlines', component: () => import('./pages/deadlines/DeadlinesPage.vue'), meta: { tab: 'me' } },
  { path: '/me/held', component: () => import('./pages/held/HeldPage.vue'), meta: { tab: 'me' } },
  { path: '/me/phones', component: () => import('./pages/phones/PhonesPage.vue'), meta: { tab: 'me' } },
  { path: '/me/channels', component: () => import('./pages/channels/ChannelsPage.vue'), meta: { tab: 'me' } },
  { path: '/diary', component: () => import('./pages/diary/DiaryPage.vue'), meta: { tab: 'me' } },
  { path: '/outbox', component: () => import('./pages/me/OutboxPage.vue'), meta: { tab: 'me' } },
  { path: '/devices', component: () => import('./pages/me/DevicesPage.vue'), meta: { tab: 'me' } },
  { path: '/rescue', component: () => import('./pages/me/RescuePage.vue'), meta: { tab: 'me' } },
  { path: '/install', component: () => import('./pages/install/InstallPage.vue'), meta: { open: true } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFound.vue'), meta: { open: true } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => (saved ? whereLeft(saved) : { top: 0 }),
})

router.beforeEach(noteLeft)

/** On a new phone this is known without fetching what keeps records. */
async function somebodyHere(): Promise<boolean> {
  if (!(await anybodyKnown())) return false
  const { accountReady } = await import('@/data/first')
  return (await accountReady()) !== null
}

async function signedIn(to: RouteLocationNormalized) {
  if (to.meta.open || (await somebodyHere())) return true
  return { path: '/sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
}

router.beforeEach(signedIn)

// The lock stands before everything that only comes after it
router.beforeEach(async ({ meta }) => { if (!meta.open) await firstLook })

/** Its words come with the first file. */
const FIRST = '/sign-in'

// The other words come beside the code of a page, which waits for both
router.beforeEach(({ path }) => { if (path !== FIRST) allWords().catch(() => undefined) })
router.beforeResolve(async ({ path }) => { if (path !== FIRST) await allWords() })
