import { ref } from 'vue'

/** Whether the browser promised not to clear this app's records when space runs out; null where it cannot say. */
export const storageProtected = ref<boolean | null>(null)

export async function readStorage(): Promise<void> {
  storageProtected.value = (await navigator.storage?.persisted?.()) ?? null
}

/** Ask the browser for that promise. Most grant it in silence to an installed app. */
export async function protectStorage(): Promise<void> {
  storageProtected.value = (await navigator.storage?.persist?.()) ?? null
}
