/** What a page shows of the server alone, without a copy on the phone: asked for when it opens, when the signal is back and when there is news for it, and again after each change. */
import { onMounted, onUnmounted, ref, shallowRef, watch } from 'vue'
import { useFault } from './fault'
import { newsHere } from './notices'

export function useAsked<T>(fetch: () => Promise<T>) {
  const reason = useFault()
  const known = shallowRef<T | null>(null)
  const busy = ref(false)
  const problem = ref('')

  let last: Promise<unknown> = Promise.resolve()

  /** After what is under way. @returns why it was not done; empty when it was, and what the server says then is shown */
  function ask(work: () => Promise<void>): Promise<string> {
    const mine = last.then(() => doing(work))
    last = mine
    return mine
  }

  async function doing(work: () => Promise<void>): Promise<string> {
    busy.value = true
    const fault = await work().then(async () => { known.value = await fetch() }).then(() => '', reason)
    busy.value = false
    return fault
  }

  const look = async (): Promise<void> => { problem.value = await ask(() => Promise.resolve()) }
  const lookAgain = () => { if (!busy.value) void look() }

  // nobody asked for it: it holds up no tap, and where it does not come the page stays as it is
  watch(newsHere, () => { last = last.then(fetch).then((now) => { known.value = now }, () => undefined) })
  onMounted(() => {
    addEventListener('online', lookAgain)
    lookAgain()
  })
  onUnmounted(() => { removeEventListener('online', lookAgain) })
  return { known, busy, problem, ask, look }
}
