/** The roster as this phone keeps it: whoever is without signal sees it as it was when there last was some. */
import type { DutyAnswer, DutyShift, UnitDuty } from '../api/wire'
import type { KeptDuty, PersonDatabase } from './db'
import { here } from './here'
import { isReadable } from './sealing'
import { clockSkew } from './sync_state'

export interface Duty {
  /** When the server told it, by its own clock, UTC. */
  at: string
  /** The person's shifts of the next days, and those of theirs that a colleague has taken. */
  shifts: DutyShift[]
  /** Shifts that a colleague asks them to take. */
  offers: DutyShift[]
  units: UnitDuty[]
}

/** Keep what the server said at this moment of this phone's clock, in place of what it said before. */
export async function keepDuty(db: PersonDatabase, value: DutyAnswer, at: string): Promise<void> {
  await db.duty.put({ key: 'mine', at, value })
}

export async function keptDuty(db: PersonDatabase): Promise<KeptDuty | undefined> {
  const kept = await db.duty.get('mine')
  return kept && isReadable(kept) ? kept : undefined
}

/** What this phone knows of the roster; null until the server has told it once. */
export async function duty(): Promise<Duty | null> {
  const { db, me } = await here()
  const kept = await keptDuty(db)
  if (!kept) return null
  const { shifts, units } = kept.value
  const isOffer = ({ swap }: DutyShift) => swap?.state === 'offered' && swap.to_id === me.person_id
  const at = new Date(Date.parse(kept.at) - (await clockSkew())).toISOString()
  return { at, shifts: shifts.filter((shift) => !isOffer(shift)), offers: shifts.filter(isOffer), units }
}
