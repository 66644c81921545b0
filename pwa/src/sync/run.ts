/** One run: text, then photos; and what is noted when it ends early. */
import type { PersonDatabase } from '../data/db'
import { dropBroken } from '../data/drop_base'
import { fact, noteProgress, progress } from '../data/facts'
import { isDiskFull, unlessFull } from '../data/full'
import { storedOf } from '../data/here'
import { Locked } from '../data/keys'
import { release } from '../data/outbox'
import { renewBoards } from '../data/renewal'
import { sealAll } from '../data/seal_all'
import { drain } from './drain'
import { sendSeen } from './notices'
import { mustWait, patience, untilThen } from './pace'
import { sendPhotos } from './photos'
import { ApiProblem, NoContact } from './problem'
import { reactionTo, type Reaction } from './refusals'
import { handInOnce } from './rescue'
import { leaveDevice } from './revoked'
import { sayStopped } from './round'
import { lookAtStorage } from './storage'
import { fetchNewerApp } from './update'

/**
 * Exchange until nothing is left to do, or something stops it; how it went is in the database, for the
 * screens. `forced`: somebody asked, so try although the last run was stopped. Call it under the lock.
 */
export async function run(db: PersonDatabase, forced: boolean): Promise<void> {
  // The lock is ours, so whatever a killed tab left on its way, or running, is not.
  const stored = storedOf(db.personId)
  await release(stored).catch(unlessFull)
  // A disk too full to encrypt what lies on it still holds work to send
  await sealAll(db).then(() => renewBoards(db)).catch((fault: unknown) => settle(db, fault))
  if (!(await fact(db, 'device_id'))) return noteProgress(db, { running: false, problem: 'wiped', stopped: true, tryAgainAt: null })
  const { stopped, notBefore, tryAgainAt } = await progress(db)
  const patient = mustWait({ notBefore }, Date.now())
  const stays = stopped && (tryAgainAt === null || untilThen(tryAgainAt, Date.now(), STOPPED_FOR) > 0)
  if (patient || (stays && !forced) || !navigator.onLine) return noteProgress(db, { running: false })
  await noteProgress(db, { running: true })
  await lookAtStorage(db, Date.now())
  await sendAll(db).catch((fault: unknown) => handInFromFull(stored, fault)).catch((fault: unknown) => settle(db, fault))
  await release(stored).catch(unlessFull)
  await noteProgress(db, { running: false })
}

/** Text, then what was seen, then photos. An app too old to be brought anything is still one whose photos are taken. Base that can't be read is fetched anew, from a server that has just answered. */
async function sendAll(db: PersonDatabase): Promise<void> {
  const outdated = await drain(db).catch(unlessOnlyPulling)
  if (!outdated && (await dropBroken(db))) await drain(db)
  await sendSeen(db)
  await sendPhotos(db)
  if (outdated) throw outdated
}

function unlessOnlyPulling(fault: unknown): ApiProblem {
  if (fault instanceof ApiProblem && reactionTo(fault) === 'update') return fault
  throw fault
}

/** Where nothing can be noted nothing is taken in, and what waits is handed in as it lies. */
async function handInFromFull(stored: PersonDatabase, fault: unknown): Promise<never> {
  if (isDiskFull(fault)) await handInOnce(stored)
  throw fault
}

/** Note how a run ended that failed; what is no fault of the way or the server is reported. */
export async function settle(db: PersonDatabase, fault: unknown): Promise<void> {
  // Locked in the middle: what was on its way is sent again, or handed in as it lies
  if (fault instanceof Locked) return
  if (fault instanceof NoContact) return noteProgress(db, { unreachable: true })
  if (fault instanceof ApiProblem) return endings[reactionTo(fault)](db, fault)
  if (isDiskFull(fault)) return noteProgress(db, { problem: 'full' })
  // Ours: seen by the worker and in the browser's log, and tried again.
  reportError(fault)
  await noteProgress(db, { problem: 'unexpected' })
}

type Ending = (db: PersonDatabase, problem: ApiProblem) => Promise<void>

/** What stopped it may be mended elsewhere: by a newer server, by a leader, in another tab. */
const STOPPED_FOR = 3_600_000

const stop: Ending = (db, { code }) =>
  noteProgress(db, { problem: code, stopped: true, tryAgainAt: new Date(Date.now() + STOPPED_FOR).toISOString(), unreachable: false })

/** A person or device that is shut out could not say it. */
const SHUT_OUT = [401, 403]

const stopAndSay: Ending = async (db, problem) => {
  await stop(db, problem)
  if (!SHUT_OUT.includes(problem.status)) await sayStopped(db, problem.code)
}

const wait: Ending = async (db, problem) => {
  const { until, times } = patience(problem, (await progress(db)).busyTimes, Date.now())
  await noteProgress(db, { notBefore: until, busyTimes: times, unreachable: true })
}

/** What is said but stops nothing: the next run goes on sending. */
const report: Ending = (db, { code }) => noteProgress(db, { problem: code, unreachable: false })

/** How a run ends by what its refusal asks for (PROTOCOL.md, Refusing). */
const endings: Record<Reaction, Ending> = {
  stop: stopAndSay,
  wait,
  hold: async (db, problem) => {
    await wait(db, problem)
    await report(db, problem)
  },
  halve: stopAndSay,
  rewind: stopAndSay,
  update: async (db, problem) => {
    await report(db, problem)
    await fetchNewerApp()
  },
  // Not stopped: each run tries again, until the server has what only this phone holds
  leave: (db) => leaveDevice(db.personId).catch((fault: unknown) => settle(db, fault)),
}
