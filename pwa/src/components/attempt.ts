/** Something done by a tap, as by a sheet's button: once at a time, and what stands in its way is said. */
import { ref } from 'vue'

/** @param reason what a fault means in words; without it, faults are not for the person who tapped */
export function useAttempt(reason: (fault: unknown) => string = rethrow) {
  const busy = ref(false)
  const problem = ref('')

  /** @param work resolves with why it was not done, in words; with nothing when it was */
  async function attempt(work: () => Promise<string | undefined> | Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    problem.value = ''
    try {
      problem.value = (await work()) ?? ''
    } catch (fault) {
      problem.value = reason(fault)
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, attempt }
}

function rethrow(fault: unknown): never {
  throw fault
}
