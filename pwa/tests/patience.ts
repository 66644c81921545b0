/** Phones that wait because they were refused, and by what clock. */
import { vi } from 'vitest'
import type { PersonDatabase } from '../src/data/db'
import { progress } from '../src/data/facts'
import { keyOf } from '../src/data/keys'

/** Open the app anew, with nothing left in memory, once it may ask again. */
export async function afterWaiting(db: PersonDatabase): Promise<void> {
  const { notBefore } = await progress(db)
  vi.useFakeTimers({ now: Math.max(Date.now(), Date.parse(notBefore ?? '') || 0) + 1, toFake: ['Date'] })
  vi.resetModules()
  const [reloaded, { here }, keys] = [await import('../src/sync/run'), await import('../src/data/here'), await import('../src/data/keys')]
  keys.holdKey('li', keyOf('li'))
  await reloaded.run((await here()).db, true)
}

/** The milliseconds for which the phone is then patient. */
export async function refusedFor(db: PersonDatabase): Promise<number> {
  await afterWaiting(db)
  return Date.parse((await progress(db)).notBefore ?? '') - Date.now()
}
