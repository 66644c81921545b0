/**
 * The data key over a reload, or a tab that a phone short of memory threw away: for five minutes after the last touch
 * it lies in the tab's session storage, encrypted by a key that no script can read.
 */
import { decrypt, encrypt, makeSecretKey } from './cipher'
import type { Lock } from './phone'
import { base64Of, bytesOf } from './seal'
import { ofAllTabs, ofThisTab } from './web_storage'

/** How long somebody may be away, in milliseconds. */
export const AWAY = 300_000

const NAME = 'qiaomen.key'

/**
 * Whose data is open, for all tabs: gone once it is locked. Taking it away needs no room, where noting on a full disk
 * that it is locked does; a tab that was thrown away, and hears of nothing, finds it so.
 */
const OPEN = 'qiaomen.open'

interface Kept {
  person_id: string
  /** Milliseconds of this phone's clock. */
  until: number
  wrapped: string
}

function kept(): Kept | null {
  return JSON.parse(ofThisTab()?.getItem(NAME) ?? 'null') as Kept | null
}

const keep = (what: Kept): void => ofThisTab()?.setItem(NAME, JSON.stringify(what))

/** Keep the key for this tab. @returns what opens it, for the lock's row */
export async function keepForSession(personId: string, raw: ArrayBuffer, by: CryptoKey | null): Promise<CryptoKey> {
  const session = by ?? (await makeSecretKey())
  noteOpen(personId)
  keep({ person_id: personId, until: Date.now() + AWAY, wrapped: base64Of(await encrypt(session, raw, 'session')) })
  return session
}

function noteOpen(personId: string): void {
  try {
    ofAllTabs()?.setItem(OPEN, personId)
  } catch {
    // Full: a reload will ask for the PIN
  }
}

/** No tab opens by what it keeps any more. */
export function endSessions(): void {
  ofAllTabs()?.removeItem(OPEN)
}

const isOver = (personId: string): boolean => ofAllTabs() !== null && ofAllTabs()?.getItem(OPEN) !== personId

/** Somebody is here: five minutes from now on. */
export function stillHere(): void {
  const now = kept()
  if (now && now.until > Date.now()) keep({ ...now, until: Date.now() + AWAY })
}

/** The key's bytes; null where too much time has gone by, or the phone was locked since. */
export async function keptKey({ person_id, session }: Lock): Promise<ArrayBuffer | null> {
  const now = kept()
  if (now?.person_id !== person_id || !session || isOver(person_id)) return null
  const left = now.until - Date.now()
  if (left > 0 && left <= AWAY) return decrypt(session, bytesOf(now.wrapped).buffer, 'session').catch(() => null)
  forgetSession()
  return null
}

export const forgetSession = (): void => ofThisTab()?.removeItem(NAME)
