import { expect, test } from 'vitest'
import { useAttempt } from '../src/components/attempt'

test('a second tap does nothing while the first is being done', async () => {
  const { busy, attempt } = useAttempt()
  let [taps, done] = [0, () => {}]
  const first = attempt(() => new Promise<void>((resolve) => { taps += 1; done = resolve }))
  await attempt(() => { taps += 1; return Promise.resolve() })
  expect([taps, busy.value]).toEqual([1, true])
  done()
  await first
  expect(busy.value).toBe(false)
})

test('what stands in the way is said until the next tap, and then no more', async () => {
  const { problem, attempt } = useAttempt()
  await attempt(() => Promise.resolve('请选一个同事。'))
  expect(problem.value).toBe('请选一个同事。')
  const again = attempt(() => Promise.resolve())
  expect(problem.value).toBe('')
  await again
  expect(problem.value).toBe('')
})

test('a fault is put into words, and the button may be tapped again', async () => {
  const { busy, problem, attempt } = useAttempt((fault) => `没办成：${String(fault)}`)
  await attempt(() => Promise.reject<undefined>(new Error('offline')))
  expect([busy.value, problem.value]).toEqual([false, '没办成：Error: offline'])
})

test('a fault without words goes on to whoever reports it, and the button may be tapped again', async () => {
  const { busy, attempt } = useAttempt()
  await expect(attempt(() => Promise.reject<undefined>(new Error('not ours')))).rejects.toThrow('not ours')
  expect(busy.value).toBe(false)
})
