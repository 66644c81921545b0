/**
 * What the tabs of this browser tell each other at once, without room on the disk. A browser that can't (Safari before
 * 15.4) has what they write there.
 */

interface Told {
  /** Whose data was locked. */
  locked: string
  /** Who has signed in. */
  signed_in: string
  /** When this phone was touched, in milliseconds of its clock. */
  touched: number
}

const { BroadcastChannel: Channel } = globalThis as { BroadcastChannel?: typeof BroadcastChannel }
const others = Channel ? new Channel('qiaomen-tabs') : null
others?.addEventListener('message', ({ data }: MessageEvent<Partial<Told>>) => { for (const hear of hearers) hear(data) })

const hearers: ((told: Partial<Told>) => void)[] = []

export const tellTabs = (told: Partial<Told>): void => others?.postMessage(told)

/** Called with what another tab tells. */
export const whenTold = (hear: (told: Partial<Told>) => void): void => void hearers.push(hear)
