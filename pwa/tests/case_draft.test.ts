import { createRenderer, h, ssrContextKey, type Component } from 'vue'
import { createI18n } from 'vue-i18n'
import { routeLocationKey, routerKey } from 'vue-router'
import { expect, test, vi } from 'vitest'
import { saveDraft, unfinished } from '../src/data'
import { home } from './community'
import { bring, uses } from './phone'

vi.stubGlobal('document', { addEventListener: () => undefined })
const { default: CaseFormPage } = await import('../src/pages/cases/CaseFormPage.vue')
const { default: CaseForm } = await import('../src/pages/cases/CaseForm.vue')

/** A page on which nothing is drawn. */
const nothing = () => ({})
const page = createRenderer<object, object>({
  createElement: nothing, createText: nothing, createComment: nothing, setText: nothing, setElementText: nothing, insert: nothing, remove: nothing, patchProp: nothing,
  parentNode: () => null, nextSibling: () => null,
})
const words = createI18n({ legacy: false, locale: 'zh-CN', missingWarn: false, fallbackWarn: false, messages: { 'zh-CN': {} } })

/** What a page or form has set up, at this address. */
function setUp<T>(component: unknown, path: string, props: object = {}): T {
  const query = Object.fromEntries(new URL(path, 'https://qiaomen').searchParams)
  const node = h({ ...(component as object), render: () => null } as Component, props as never)
  page.createApp({ render: () => node }).use(words).provide(ssrContextKey, {}).provide(routeLocationKey, { query } as never).provide(routerKey, {} as never).mount({})
  return (node.component as unknown as { setupState: T }).setupState
}

test('a case begun out of a visit is found again with its words, also where the visit is on this phone no more', async () => {
  await bring(await uses('li'), home())
  await saveDraft('case:d502:v9', { title: '楼道灯不亮' })
  const [begun] = await unfinished()
  const at = setUp<{ visit: object | null | undefined }>(CaseFormPage, begun?.path ?? '')
  await vi.waitFor(() => { expect(at.visit).toBeNull() })
  const { form } = await vi.waitFor(() => {
    const state = setUp<{ form: { title: string }; ready: boolean }>(CaseForm, begun?.path ?? '', { ...at })
    return new Promise<typeof state>((done, late) => setTimeout(() => (state.ready ? done(state) : late(new Error('not ready'))), 50))
  })
  expect(form.title).toBe('楼道灯不亮')
})
