/** The data keys of this phone's people while their data is open: in this tab's memory, and nowhere else in the clear. */

/** Nobody is signed in on this phone, so there is no database to read. */
export class NobodyHere extends Error {
  constructor(message = 'nobody is signed in on this phone') {
    super(message)
  }
}

/** Somebody is, but their data is locked, so there is none to read either. */
export class Locked extends NobodyHere {
  constructor() {
    super('the data on this phone is locked')
  }
}

/** After a sign-out, or once locked, something may still be asking; that is no fault. */
export function reportFault(fault: unknown): void {
  if (!(fault instanceof NobodyHere)) reportError(fault)
}

const held = new Map<string, CryptoKey>()
const forgetting: (() => void)[] = []

export const holdKey = (personId: string, key: CryptoKey): void => void held.set(personId, key)

/** Forget the key, and with it all that was made of the data in memory. */
export function dropKey(personId: string): void {
  held.delete(personId)
  for (const forget of forgetting) forget()
}

/** What is kept in memory of somebody's data goes with their key. */
export const whenLocked = (forget: () => void): void => void forgetting.push(forget)

/** Whose data is open in this tab. */
export const holders = (): string[] => [...held.keys()]

export const isHeld = (personId: string): boolean => held.has(personId)

/** @throws Locked */
export function keyOf(personId: string): CryptoKey {
  const key = held.get(personId)
  if (!key) throw new Locked()
  return key
}
