/** Photos that the server won't have, or that this phone can't read any more: their author sees which, and says what becomes of them. */
import { here, storedOf } from './here'

export interface RefusedPhoto {
  sha256: string
  /** Why, by the server's code; `unreadable` where its bytes on this phone are broken. */
  problem: string
}

/** As they lie, for one of them may not be readable. */
const stored = async () => storedOf((await here()).db.personId).photo

export async function refusedPhotos(): Promise<RefusedPhoto[]> {
  const rows = await (await stored()).where('state').equals('refused').toArray()
  return rows.map(({ sha256, problem }) => ({ sha256, problem: problem ?? '' }))
}

/** Let it be sent once more, as after the server was mended. */
export async function sendPhotoAgain(sha256: string): Promise<void> {
  await (await stored()).update(sha256, { state: 'waiting', problem: null })
}

/** Its author gives it up. */
export async function dropPhoto(sha256: string): Promise<void> {
  await (await stored()).delete(sha256)
}
