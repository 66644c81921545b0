/** The ready-made words that a worker has put together for themselves, list by list, on this phone. */
import { here } from './here'

/** Words of one list, e.g. `visit.phrase`; encrypted like all that people write. */
export interface OwnPhrases {
  list: string
  words: string[]
}

/** Null where the worker has left the list as it comes. */
export async function ownPhrases(list: string): Promise<string[] | null> {
  const { db } = await here()
  return (await db.phrases.get(list))?.words ?? null
}

/** `words` null: the list is again as it comes. */
export async function keepPhrases(list: string, words: string[] | null): Promise<void> {
  const { db } = await here()
  await (words ? db.phrases.put({ list, words }) : db.phrases.delete(list))
}
