/** A revoked device (P8): what it holds of other people goes at once, what only it has goes to the server first. */
import type { PersonDatabase } from '../data/db'
import { noteProgress } from '../data/facts'
import { accountOf, dropBase, wipe } from '../data/leaving'
import { release } from '../data/outbox'
import { unmarkDevice } from './marker'
import { handOver } from './rescue'

/**
 * This device is shut out. Drop the households, hand the outbox over encrypted, and only when the server has
 * it wipe everything of this person and sign them out. Whatever fails is begun anew by the next run.
 *
 * @throws ApiProblem, NoContact when the work could not be handed over; it is still on this phone then
 */
export async function leaveDevice(db: PersonDatabase): Promise<void> {
  await noteProgress(db, { problem: 'device_revoked', unreachable: false })
  await release(db)
  await dropBase(db)
  const { person } = await accountOf(db.personId)
  // Something saved meanwhile is handed over as well
  while (!(await wipe(db, person, await handOver(db)))) continue
  unmarkDevice(db.personId)
}
