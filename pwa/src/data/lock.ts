/**
 * The lock of this phone. What is on it of households opens by a PIN, by a passkey (`passkey_lock.ts`), or by signing in:
 * the server gives the key back to its owner's session. Too many wrong PINs cost the cache, and never what was not sent.
 */
import Dexie from 'dexie'
import { keyFrom, newKeyBytes } from './cipher'
import { leave } from './escrow'
import { databaseOf, storedOf } from './here'
import { dropKey, holders, holdKey, isHeld, Locked } from './keys'
import { dropBase } from './drop_base'
import { unlessFull } from './full'
import { phone, setCurrent, type KnownAccount, type Lock } from './phone'
import { unwrap, wrap } from './pin'
import { bytesOf } from './seal'
import { endSessions, forgetSession, keepForSession, keptKey } from './session_key'
import { tellTabs, whenTold } from './tabs'
import { signedIn, whoIsHere } from './who'

/** Seconds before another PIN is looked at, after the first wrong one, the second … */
const WAITS = [0, 0, 0, 5, 15, 60, 300, 900, 1800]

const SECOND = 1000

/** The wrong PIN that is one too many. */
const MOST_WRONG = WAITS.length + 1

/** `choose`: no PIN yet. `enter`: locked. `lost`: the PIN is forfeited, so that only signing in opens. */
export type Door = 'nobody' | 'choose' | 'enter' | 'lost' | 'open'

/** What `door` saw last, and whether a passkey opens too; null before it has looked. What is drawn with it is drawn at once. */
export const lastSeen: { door: Door | null; passkey: boolean | null } = { door: null, passkey: null }

/** What stands before the pages of who is signed in. To be followed by `live`. */
export async function door(): Promise<Door> {
  const me = await whoIsHere()
  const lock = me && (await phone.lock.get(me.person_id))
  lastSeen.door = me ? await doorOf(lock) : 'nobody'
  lastSeen.passkey = Boolean(lock?.passkey)
  return lastSeen.door
}

async function doorOf(lock: Lock | undefined): Promise<Door> {
  if (!lock) return 'choose'
  const open = await isOpen(lock)
  if (!lock.pin) return open ? 'choose' : 'lost'
  waitOf(lock)
  return open ? 'open' : 'enter'
}

async function isOpen(lock: Lock): Promise<boolean> {
  if (isHeld(lock.person_id)) {
    if (lock.session) return true
    dropKey(lock.person_id)
  }
  const raw = await keptKey(lock)
  if (raw) holdKey(lock.person_id, await keyFrom(raw))
  // Whoever is to choose a PIN may take longer than the tab keeps it
  if (raw && !lock.pin) unwrapped.set(lock.person_id, raw)
  return raw !== null
}

/** Whether who is signed in can open by a passkey too. */
export async function hasPasskey(): Promise<boolean> {
  const me = await whoIsHere()
  return Boolean(me && (await phone.lock.get(me.person_id))?.passkey)
}

/** The bytes of keys under which there is no PIN yet. */
const unwrapped = new Map<string, ArrayBuffer>()

/** Protect the data of who is signed in by this PIN, from now on. @throws Locked */
export async function choosePin(pin: string): Promise<void> {
  const me = await signedIn()
  const lock = (await phone.lock.get(me.person_id)) ?? (await newLock(me))
  const raw = unwrapped.get(me.person_id) ?? (await keptKey(lock))
  if (!raw) throw new Locked()
  await open({ ...lock, pin: await wrap(pin, raw) }, me, raw)
  unwrapped.delete(me.person_id)
}

/** Another PIN in the place of this one. @returns what came of the old */
export async function changePin(old: string, pin: string): Promise<Entered> {
  const entered = await enterPin(old)
  if (entered.raw) unwrapped.set((await signedIn()).person_id, entered.raw)
  if (entered.raw) await choosePin(pin)
  return entered
}

/** `looked`: not where it came too early; `left` is how many more may be wrong; until `wait`, in milliseconds of `performance.now()`, none is looked at. */
export interface Entered {
  raw: ArrayBuffer | null
  looked: boolean
  left: number
  wait: number
}

/** The disk has the database at hand by the time that somebody has typed their PIN. What fails here is told by who reads first. */
export async function readyToOpen(): Promise<void> {
  const me = await whoIsHere()
  await (me && databaseOf(me.person_id).open())?.catch(() => undefined)
}

/** Open with this PIN. A try counts on the disk before anybody is told what came of it, so that nobody gains by killing the app. */
export async function enterPin(pin: string): Promise<Entered> {
  const me = await signedIn()
  const { lock, key } = await countTry(me.person_id, pin)
  const raw = await key
  if (raw) await open(lock, me, raw)
  else if (lock.wrong >= MOST_WRONG) await forfeit(me.person_id, { wipe: true })
  return { raw, looked: key !== null, left: Math.max(0, MOST_WRONG - lock.wrong), wait: waitOf(lock) }
}

/** Count this try, unless it comes too early, and look at it meanwhile. @returns `key`, whose promise gives the bytes, or null for a wrong PIN */
async function countTry(personId: string, pin: string): Promise<{ lock: Lock; key: Promise<ArrayBuffer | null> | null }> {
  return phone.transaction('rw', phone.lock, async () => {
    const lock = await phone.lock.get(personId)
    if (!lock) throw new Locked()
    if (waitOf(lock) > performance.now()) return { lock, key: null }
    const counted = { ...lock, wrong: lock.wrong + 1 }
    const { pin: kept } = lock
    const key = kept && Dexie.ignoreTransaction(() => unwrap(pin, kept))
    await phone.lock.put(counted)
    return { lock: counted, key }
  })
}

/** The wrong PINs in a row that this page knows of, and since when, by the one clock of a phone that can't be turned. */
const seen = new Map<string, Pick<Lock, 'wrong'> & { since: number }>()

/** Until when no other PIN is looked at. A page that has just been opened can't know how long it was, and waits anew. */
function waitOf({ person_id, wrong }: Lock): number {
  const known = seen.get(person_id)
  const since = known?.wrong === wrong ? known.since : performance.now()
  seen.set(person_id, { wrong, since })
  return since + SECOND * (WAITS[wrong - 1] ?? 0)
}

/** Neither PIN nor passkey opens anything any more: its owner forgot the PIN, or somebody tried too many. What was not sent stays, as does what the server can open. */
export async function forfeit(personId: string, { wipe }: { wipe: boolean }): Promise<void> {
  await shut(personId, { pin: null, passkey: null })
  if (wipe) await dropBase(storedOf(personId))
}

/** Lock the data of who is signed in, in every tab, also where the disk is too full to note it. */
export async function lockNow(): Promise<void> {
  const me = await whoIsHere()
  if (me) await shut(me.person_id).catch(unlessFull)
}

whenTold(({ locked, signed_in }) => {
  if (locked) shutHere(locked)
  if (signed_in) shutOthers(signed_in)
})

/** Whoever comes after another finds nothing of theirs in the memory of any tab, be it only what they looked for. */
function shutOthers(personId: string): void {
  for (const other of holders()) if (other !== personId) shutHere(other)
}

function shutHere(personId: string): void {
  dropKey(personId)
  unwrapped.delete(personId)
  forgetSession()
}

/** Lock the data of this person in every tab, and keep these changes of their lock. */
export async function shut(personId: string, change: Partial<Lock> = {}): Promise<void> {
  shutHere(personId)
  endSessions()
  tellTabs({ locked: personId })
  await phone.lock.update(personId, { session: null, ...change })
}

/**
 * Open the data of who has just signed in, by the key that the server gave back; of who is new on this phone, by a new one.
 *
 * @returns whether it could be: not where the server can't open what it once gave, and no PIN does
 */
export async function openSignedIn(me: KnownAccount, dataKey: string | null): Promise<boolean> {
  const lock = await phone.lock.get(me.person_id)
  if (lock && !dataKey && !lock.pin) return false
  shutOthers(me.person_id)
  tellTabs({ signed_in: me.person_id })
  if (lock && !dataKey) {
    await setCurrent(me)
    return true
  }
  if (dataKey) unwrapped.set(me.person_id, bytesOf(dataKey).buffer)
  const mine = lock ?? (await newLock(me))
  const raw = unwrapped.get(me.person_id)
  if (raw) await open(mine, me, raw)
  if (mine.pin) unwrapped.delete(me.person_id)
  return true
}

/** With a new key, whose bytes wait for a PIN. */
async function newLock(me: KnownAccount): Promise<Lock> {
  const raw = newKeyBytes()
  unwrapped.set(me.person_id, raw)
  return { person_id: me.person_id, pin: null, ...(await leftWith(me, raw)), wrong: 0, session: null }
}

/** The key as the server of today can open it: one that came back from a backup may have other keys. */
async function leftWith(me: KnownAccount, raw: ArrayBuffer, lock?: Lock): Promise<Pick<Lock, 'escrow' | 'escrow_to'>> {
  const { rescue_public_key: escrow_to } = me
  return { escrow: lock?.escrow_to === escrow_to ? lock.escrow : await leave(raw, me), escrow_to }
}

/** Tells every tab, and the exchange, that the data of who is signed in is open now. */
export async function open(lock: Lock, me: KnownAccount, raw: ArrayBuffer): Promise<void> {
  const [key, session, left] = [await keyFrom(raw), await keepForSession(lock.person_id, raw, lock.session), await leftWith(me, raw, lock)]
  // Held before anybody is told, and told at once: who follows either row reads all of theirs anew
  holdKey(lock.person_id, key)
  try {
    await phone.transaction('rw', [phone.lock, phone.account], async () => Promise.all([
      phone.lock.put({ ...lock, ...left, wrong: 0, session }),
      setCurrent({ ...me, last_used_at: new Date().toISOString() }),
    ]))
  } catch (fault) {
    // What is nowhere kept must encrypt nothing
    dropKey(lock.person_id)
    throw fault
  }
}
