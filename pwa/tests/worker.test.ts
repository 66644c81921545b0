import { expect, test, vi } from 'vitest'

vi.mock('workbox-precaching', () => ({ cleanupOutdatedCaches: () => undefined, createHandlerBoundToURL: () => undefined, precacheAndRoute: () => undefined }))
vi.mock('workbox-routing', () => ({ NavigationRoute: vi.fn(), registerRoute: () => undefined }))
vi.mock('../src/data/language', () => ({ rememberedLanguage: async () => 'zh-CN' }))

test('a whistle rings also while an older notice of its case still lies on the lock screen', async () => {
  const hear = new Map<string, (event: unknown) => void>()
  const shown: { title: string; tag: string; renotify?: boolean }[] = []
  vi.stubGlobal('self', {
    __WB_MANIFEST: [],
    addEventListener: (name: string, listener: (event: unknown) => void) => hear.set(name, listener),
    registration: { showNotification: async (title: string, more: { tag: string; renotify?: boolean }) => { shown.push({ title, tag: more.tag, renotify: more.renotify }) } },
    clients: { matchAll: async () => [] },
  })
  // Of the service worker, whose types are not those of a page
  const worker = '../src/worker/sw'
  await import(/* @vite-ignore */ worker)
  for (const payload of [{ kind: 'case_arrived', case_id: 'c1', urgency: 'normal' }, { kind: 'case_called', case_id: 'c1', urgency: 'urgent' }]) {
    let done: Promise<unknown> = Promise.resolve()
    hear.get('push')?.({ data: { json: () => payload }, waitUntil: (work: Promise<unknown>) => { done = work } })
    await done
  }
  vi.unstubAllGlobals()
  // Of the same tag, the second takes the place of the first, and without a sound unless it asks for one
  expect(shown).toEqual([
    { title: '有新事项转到您单位', tag: 'c1', renotify: true },
    { title: '【紧急】有人吹哨，请您帮忙', tag: 'c1', renotify: true },
  ])
})
