import { effectScope, ref, watch, type Ref } from 'vue'
import { describe, expect, test } from 'vitest'
import { account, dwelling, live, recordVisit, syncState, type DwellingPage } from '../src/data'
import { Server } from './server'
import { startSync } from '../src/sync'
import { bring, uses } from './phone'
import { clearCurrent } from '../src/data/phone'
import { home, put, visitForm, visitValue } from './community'

/** Resolves once the ref holds what is hoped for. */
const becomes = <T>(value: Ref<T>, hoped: (now: T) => boolean): Promise<void> =>
  new Promise((resolve) => {
    watch(value, (now) => { if (hoped(now)) resolve() }, { immediate: true })
  })

const settled = () => new Promise((resolve) => { setTimeout(resolve, 60) })

describe('a live read', () => {
  test('follows what is saved, and who is signed in', async () => {
    await uses('li')
    const scope = effectScope()
    const [unsent, who] = scope.run(() => [live(async () => (await syncState()).unsent, -1), account()] as const) ?? []
    if (!unsent || !who) throw new Error('the scope ran nothing')
    await becomes(unsent, (now) => now === 0)
    await recordVisit(visitForm())
    await becomes(unsent, (now) => now === 1)
    await uses('wang')
    await becomes(unsent, (now) => now === 0)
    await becomes(who, (now) => now?.person.id === 'wang')
    await clearCurrent()
    await becomes(who, (now) => now === null)
    scope.stop()
  })

  test('asks anew when what it depends on changes, and rests when its page is gone', async () => {
    await uses('li')
    const asked: string[] = []
    const id = ref('a')
    const scope = effectScope()
    scope.run(() => live(async () => { asked.push(`${id.value}${(await syncState()).unsent}`) }, undefined, () => id.value))
    await settled()
    id.value = 'b'
    await settled()
    await recordVisit(visitForm())
    await settled()
    expect(asked).toEqual(['a0', 'b0', 'b1'])
    scope.stop()
    await recordVisit(visitForm())
    await settled()
    expect(asked).toHaveLength(3)
  })
})

test('an open page shows what the server brings', async () => {
  const db = await uses('li')
  await bring(db, home())
  const scope = effectScope()
  const page = scope.run(() => live(() => dwelling('d502'), null)) as Ref<DwellingPage | null>
  await becomes(page, (now) => now?.visits.length === 0)
  await bring(db, [put('visit', 'v1', visitValue())])
  await becomes(page, (now) => now?.visits.length === 1)
  await bring(db, [put('visit', 'v2', visitValue())])
  await becomes(page, (now) => now?.visits.length === 2)
  scope.stop()
})

test('a visit is sent by itself, soon after it is saved', async () => {
  const server = new Server()
  await uses('li')
  startSync()
  const scope = effectScope()
  const state = scope.run(() => live(syncState, null)) as Ref<Awaited<ReturnType<typeof syncState>> | null>
  await recordVisit(visitForm())
  await becomes(state, (now) => now?.unsent === 0 && now.lastContact !== null && !now.running)
  await recordVisit(visitForm())
  await becomes(state, (now) => now?.unsent === 1)
  await becomes(state, (now) => now?.unsent === 0)
  expect(server.taken.map(({ seq }) => seq)).toEqual([1, 2])
  scope.stop()
})
