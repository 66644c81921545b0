/** Half-written forms, kept on this phone so that a call or a dead battery costs no words. */
import { here } from './here'

export async function draft<T>(key: string): Promise<T | null> {
  const { db } = await here()
  return ((await db.draft.get(key))?.value as T | undefined) ?? null
}

export async function saveDraft(key: string, value: unknown): Promise<void> {
  const { db } = await here()
  await db.draft.put({ key, value })
}

export async function dropDraft(key: string): Promise<void> {
  const { db } = await here()
  await db.draft.delete(key)
}
