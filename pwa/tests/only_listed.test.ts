import { effectScope, nextTick, ref } from 'vue'
import { expect, test } from 'vitest'
import { onlyListed } from '../src/components/only_listed'

test('what a draft has chosen is kept until the list is read, and let go where that has it no more', async () => {
  const [listed, chosen] = [ref<string[] | null>(null), ref(['li', 'wang'])]
  effectScope().run(() => { onlyListed(() => listed.value, () => chosen.value, (left) => { chosen.value = left }) })
  await nextTick()
  expect(chosen.value).toEqual(['li', 'wang'])
  listed.value = ['wang', 'zhao']
  await nextTick()
  expect(chosen.value).toEqual(['wang'])
  listed.value = []
  await nextTick()
  expect(chosen.value).toEqual([])
})
