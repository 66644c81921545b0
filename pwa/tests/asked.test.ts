import { expect, test, vi } from 'vitest'

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
