import { computed, h, nextTick, ref, type Component, type VNode } from 'vue'
import { expect, test, vi } from 'vitest'
import { matchedRouteKey, type RouteRecordNormalized } from 'vue-router'
import { undrawn } from './undrawn'

/** What the camera took is made small once `shrunk` is called: a second or two of a cheap phone. */
let shrunk = () => {}
const addPhoto = vi.fn<(file: Blob) => Promise<string>>(() => new Promise<string>((done) => { shrunk = () => { done('a') } }))
vi.mock('../src/data', async (original) => ({ ...(await original<object>()), addPhoto: (file: Blob) => addPhoto(file) }))
const { default: PhotoField } = await import('../src/components/PhotoField.vue')
const { useSaving } = await import('../src/components/saving')

const Field = { ...(PhotoField as object), render: () => null }

/** The page that the form stands on. */
const page = computed(() => ({ leaveGuards: new Set() }) as unknown as RouteRecordNormalized)

/** A form with a field for photos, which was given these files. */
function formGiven(files: Blob[]) {
  const photos = ref<string[]>([])
  let field: VNode | undefined
  let saving: ReturnType<typeof useSaving> | undefined
  const form: Component = {
    setup() {
      saving = useSaving()
      return () => (field = h(Field, { modelValue: photos.value, 'onUpdate:modelValue': (now: string[]) => { photos.value = now } }))
    },
  }
  undrawn(form).provide(matchedRouteKey, page).mount({})
  const { chosen } = (field?.component as unknown as { setupState: { chosen: (event: unknown) => Promise<void> } }).setupState
  const kept = chosen({ target: { files, value: '' } })
  return { photos, kept, save: () => saving?.save(async () => [...photos.value]) }
}

test('a form that is saved while a photo is still being made small is saved with the photo', async () => {
  const saved = formGiven([new Blob(['photo'])]).save()
  await nextTick()
  shrunk()
  expect(await saved).toEqual(['a'])
})

test('of several photos one that is no image keeps none of the others from being kept', async () => {
  for (const kept of ['a', null, 'c']) addPhoto.mockImplementationOnce(() => (kept ? Promise.resolve(kept) : Promise.reject(new DOMException('no image', 'InvalidStateError'))))
  const { photos, kept } = formGiven(['a', 'b', 'c'].map((one) => new Blob([one])))
  await kept
  expect(photos.value).toEqual(['a', 'c'])
})
