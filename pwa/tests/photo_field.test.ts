import { h, nextTick, ref, type Component, type VNode } from 'vue'
import { expect, test, vi } from 'vitest'
import { undrawn } from './undrawn'

/** What the camera took is made small once `shrunk` is called: a second or two of a cheap phone. */
let shrunk = () => {}
vi.mock('../src/data', async (original) => ({ ...(await original<object>()), addPhoto: () => new Promise<string>((done) => { shrunk = () => { done('a') } }) }))
const { default: PhotoField } = await import('../src/components/PhotoField.vue')
const { useSaving } = await import('../src/components/saving')

test('a form that is saved while a photo is still being made small is saved with the photo', async () => {
  const photos = ref<string[]>([])
  let field: VNode | undefined
  let saving: ReturnType<typeof useSaving> | undefined
  const form: Component = {
    setup() {
      saving = useSaving()
      return () => (field = h({ ...(PhotoField as object), render: () => null }, { modelValue: photos.value, 'onUpdate:modelValue': (now: string[]) => { photos.value = now } }))
    },
  }
  undrawn(form).mount({})
  const { chosen } = (field?.component as unknown as { setupState: { chosen: (event: unknown) => Promise<void> } }).setupState
  void chosen({ target: { files: [new Blob(['photo'])], value: '' } })
  const saved = saving?.save(async () => [...photos.value])
  await nextTick()
  shrunk()
  expect(await saved).toEqual(['a'])
})
