/** A revoked device (P8): what it holds of other people goes at once, what only it has goes to the server first. */
import { noteProgress } from '../data/facts'
import { storedOf } from '../data/here'
import { dropBase } from '../data/drop_base'
import { accountOf, wipe } from '../data/leaving'
import { release } from '../data/outbox'
import { handOver } from './rescue'

/**
 * This person's device is shut out. Drop the households, hand the outbox over encrypted, and only when the server has
 * it wipe everything of theirs and sign them out. Whatever fails is begun anew by the next run. Nobody need have unlocked.
 *
 * @throws ApiProblem, NoContact when the work could not be handed over; it is still on this phone then
 */
export async function leaveDevice(personId: string): Promise<void> {
  const db = storedOf(personId)
  await noteProgress(db, { problem: 'device_revoked', unreachable: false })
  await release(db)
  await dropBase(db)
  const { person } = await accountOf(personId)
  // Something saved meanwhile is handed over as well
  while (!(await wipe(db, person, await handOver(db)))) continue
}
