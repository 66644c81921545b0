import { effectScope, nextTick, ref } from 'vue'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { usePaged } from '../src/components/paged'

const households = (count: number) => Array.from({ length: count }, (_none, at) => `${at + 1} 室`)

beforeEach(() => {
  const entry = { state: {}, replaceState: (state: object) => { entry.state = state } }
  vi.stubGlobal('window', { history: entry })
})

describe('a long list', () => {
  test('stays as far as somebody has come when one more is found, and begins anew for another name', async () => {
    const [rows, name] = [ref(households(50)), ref('zw')]
    const scope = effectScope()
    const list = scope.run(() => usePaged('found', rows, 8, () => name.value))
    if (!list) throw new Error('the scope ran nothing')
    list.more()
    rows.value = households(51)
    await nextTick()
    expect([list.shown.value.length, list.next.value]).toEqual([16, 8])
    name.value = 'lj'
    rows.value = households(10)
    await nextTick()
    expect([list.shown.value.length, list.next.value]).toEqual([8, 2])
    scope.stop()
  })

  test('is found as far as somebody had come when they come back to its page', async () => {
    const [visits, back] = [effectScope(), effectScope()]
    visits.run(() => usePaged('visits', ref(households(50)), 10))?.more()
    await nextTick()
    visits.stop()
    expect(back.run(() => [usePaged('visits', ref(households(50)), 10), usePaged('matters', ref(households(50)), 5)].map(({ shown }) => shown.value.length))).toEqual([20, 5])
    back.stop()
  })
})
