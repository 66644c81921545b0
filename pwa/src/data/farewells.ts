/** What is said of those whose phone was revoked. Apart from `leaving.ts`, which the first screen does not need. */
import { phone, type Farewell } from './phone'

/** Who was shut out on this phone, until somebody has read it. */
export async function farewells(): Promise<Farewell[]> {
  const [said, known] = await Promise.all([phone.farewell.toArray(), phone.account.toCollection().primaryKeys()])
  return said.filter(({ person_id }) => !known.includes(person_id))
}

export async function dismissFarewell(personId: string): Promise<void> {
  await phone.farewell.delete(personId)
}
