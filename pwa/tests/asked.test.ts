import { nextTick } from 'vue'
import { expect, test, vi } from 'vitest'
import { newsHere } from '../src/components/notices'

vi.mock('../src/components/fault', () => ({ useFault: () => String }))
vi.mock('vue', async (original) => ({ ...(await original<object>()), onMounted: () => undefined, onUnmounted: () => undefined }))
const { useAsked } = await import('../src/components/asked')

test('a change made while the page still asks the server is made after that, and said to be done only once it is', async () => {
  const atServer: string[] = []
  const { known, look, ask } = useAsked(async () => {
    await new Promise((slowly) => setTimeout(slowly, 10))
    return [...atServer]
  })
  const looking = look()
  const fault = await ask(async () => { atServer.push('a new deadline') })
  await looking
  expect([fault, atServer, known.value]).toEqual(['', ['a new deadline'], ['a new deadline']])
})

test('news for an open page are asked for without holding up a tap, and what does not come leaves the page as it is', async () => {
  const slowly = () => new Promise<string>((later) => setTimeout(later, 10, 'news'))
  const answers = [() => Promise.resolve('before'), slowly, () => Promise.reject(new Error('no contact'))]
  const { known, busy, problem, look, ask } = useAsked(() => answers.shift()?.() ?? Promise.resolve('after the tap'))
  await look()
  newsHere.value += 1
  await nextTick()
  newsHere.value += 1
  await nextTick()
  expect([known.value, busy.value]).toEqual(['before', false])
  expect(await ask(() => Promise.resolve())).toBe('')
  expect([known.value, problem.value]).toEqual(['after the tap', ''])
})
