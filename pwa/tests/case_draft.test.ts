import { h, type Component } from 'vue'
import { routeLocationKey, routerKey } from 'vue-router'
import { expect, test, vi } from 'vitest'
import { saveDraft, unfinished } from '../src/data'
import { home } from './community'
import { bring, uses } from './phone'
import { undrawn } from './undrawn'

vi.stubGlobal('document', { addEventListener: () => undefined })
const { default: CaseFormPage } = await import('../src/pages/cases/CaseFormPage.vue')
const { default: CaseForm } = await import('../src/pages/cases/CaseForm.vue')

/** What a page or form has set up, at this address. */
function setUp<T>(component: unknown, path: string, props: object = {}): T {
  const query = Object.fromEntries(new URL(path, 'https://qiaomen').searchParams)
  const node = h({ ...(component as object), render: () => null } as Component, props as never)
  undrawn({ render: () => node }).provide(routeLocationKey, { query } as never).provide(routerKey, {} as never).mount({})
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
