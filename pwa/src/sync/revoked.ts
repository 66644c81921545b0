/** A revoked device (P8). */
import type { PersonDatabase } from '../data/db'
import { release } from '../data/outbox'

/**
 * This device is shut out: nothing more is sent. Wiping, after the outbox was exported encrypted to the
 * server's rescue key, belongs here.
 */
export async function leaveDevice(db: PersonDatabase): Promise<void> {
  await release(db)
}
