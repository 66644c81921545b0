import { ref } from 'vue'

/** Whether the browser promised not to clear this app's records when space runs out; null where it cannot say. */
export const storageProtected = ref<boolean | null>(null)

/** Bytes this app uses and may still use; null where the browser does not say. */
export const storageSpace = ref<{ used: number; free: number } | null>(null)

export async function readStorage(): Promise<void> {
  storageProtected.value = (await navigator.storage?.persisted?.()) ?? null
  const { usage, quota } = (await navigator.storage?.estimate?.()) ?? {}
  storageSpace.value = usage === undefined || !quota ? null : { used: usage, free: Math.max(0, quota - usage) }
}

/** Ask the browser for that promise. Most grant it in silence to an installed app. */
export async function protectStorage(): Promise<void> {
  storageProtected.value = (await navigator.storage?.persist?.()) ?? null
}
