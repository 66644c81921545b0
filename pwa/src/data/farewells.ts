/** What is said of those whose phone was revoked. Apart from `leaving.ts`, which the first screen does not need. */
import { unmarkDevice } from './marker'
import { phone, type Farewell } from './phone'

/** Who was shut out on this phone, until somebody has read it. */
export async function farewells(): Promise<Farewell[]> {
  const [said, known] = await Promise.all([phone.farewell.toArray(), phone.account.toCollection().primaryKeys()])
  return said.filter(({ person_id }) => !known.includes(person_id))
}

export async function dismissFarewell(personId: string): Promise<void> {
  unmarkDevice(personId)
  await phone.farewell.delete(personId)
}

/** Whether this device of theirs handed its work over and is gone from this phone, as it should be. */
export async function hasLeft(personId: string, deviceId: string): Promise<boolean> {
  return (await phone.farewell.get(personId))?.device_id === deviceId
}
