/** What this phone says of itself, so that somebody can help when sending is stuck (PROTOCOL.md, Device report). */
import type { DeviceReport, Mutation } from '../api/wire'
import { oldestUnsent } from '../data/batch'
import type { PersonDatabase } from '../data/db'
import { fact, progress, setFact } from '../data/facts'
import { countUnsent } from '../data/outbox'
import { oldestPhotoUnsent } from '../data/photo_queue'
import { countPhotosUnsent } from '../data/photo_store'

/** As often as this when nothing changes. */
const EVERY = 15 * 60_000

/** What of a report is news: whether something waits, not how much. */
const kindOf = ({ unsent, photos_unsent, storage, app_version, problem, replaces }: DeviceReport, risk: unknown): string =>
  JSON.stringify([Boolean(unsent), Boolean(photos_unsent), storage?.persisted, risk, app_version, problem, replaces])

/**
 * The report to send along with `carried` mutations, counting what waits beside them; null when there is
 * no news. `problem` is the code of what stops sending.
 */
export async function reportOf(db: PersonDatabase, carried: readonly Mutation[], problem: string | null, now: number): Promise<DeviceReport | null> {
  const [unsent, photos_unsent, { storage }, replaced, said] = await Promise.all([
    countUnsent(db, carried[carried.length - 1]?.seq), countPhotosUnsent(db), progress(db), fact(db, 'replaces'), fact(db, 'said'),
  ])
  const report = {
    oldest_unsent_at: null,
    app_version: __APP_VERSION__,
    unsent,
    photos_unsent,
    storage: storage && { persisted: storage.persisted, used: storage.used, quota: storage.quota },
    problem,
    replaces: replaced && !replaced.told ? replaced.device_id : null,
  }
  const age = now - Date.parse(said?.at ?? '')
  if (said?.kind === kindOf(report, storage?.risk) && age >= 0 && age < EVERY) return null
  const oldest = [await oldestUnsent(db, carried.length), await oldestPhotoUnsent(db)].filter((at) => at !== null).sort()
  return { ...report, oldest_unsent_at: oldest[0] ?? null }
}

/** The server has had this report. */
export async function noteSaid(db: PersonDatabase, report: DeviceReport, now: number): Promise<void> {
  const { storage } = await progress(db)
  const replaced = await fact(db, 'replaces')
  if (replaced && report.replaces === replaced.device_id) await setFact(db, 'replaces', { ...replaced, told: true })
  const kind = kindOf({ ...report, replaces: null }, storage?.risk)
  await setFact(db, 'said', { kind, at: new Date(now).toISOString() })
}
