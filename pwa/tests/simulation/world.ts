/** A day from a seed: three phones, what their people do, and what goes wrong. */
import { vi } from 'vitest'
import { ACTS } from './acts'
import { seesOwnVisits } from './checks'
import { Dice } from './dice'
import { Handset } from './handset'
import { Network } from './network'
import { runningTab, type Fuse } from './tab'
import { Tally } from './tally'
import type { Town } from './town'

/** So few doors that people meet at them. */
const DOORS = 8

export class World {
  readonly tally = new Tally()
  readonly dice: Dice
  readonly network: Network
  readonly phones: Handset[]
  homes: string[] = []

  /** `aimed`: a kill in an exchange falls into the gap of a missing safeguard, where by chance alone it might not in a short day. */
  constructor(readonly town: Town, seed: number, private readonly aimed = false) {
    this.dice = new Dice(seed)
    this.network = new Network(town.address, this.dice, this.tally)
    this.phones = town.people.map((username) => new Handset(username, this.tally))
    this.furnish()
  }

  /** What the app finds in a browser. */
  private furnish(): void {
    vi.stubGlobal('fetch', (path: string, init: RequestInit) => this.network.fetch(runningTab(), path, init))
    vi.stubGlobal('reportError', () => { this.tally.hit('fault reported') })
    vi.stubGlobal('BroadcastChannel', undefined)
    vi.spyOn(console, 'warn').mockImplementation((words: unknown) => { this.tally.hit(`said: ${String(words)}`) })
    const request = (_name: string, ...given: unknown[]) => runningTab().lock(given.at(-1) as () => Promise<unknown>)
    Object.defineProperty(navigator, 'locks', { value: { request }, configurable: true })
  }

  /** Everybody signs in and gets their first copy, on a good day. */
  async begin(): Promise<void> {
    for (const phone of this.phones) await phone.signIn()
    const [first] = this.phones
    const homes = await (await first?.db())?.base('dwelling').all()
    this.homes = (homes ?? []).map(({ id }) => id).sort().slice(0, DOORS)
  }

  async play(steps: number): Promise<void> {
    this.network.bad = true
    for (let step = 0; step < steps; step++) await this.step(this.dice.pick(this.phones))
  }

  private async step(phone: Handset): Promise<void> {
    if (phone.tab.dead) await this.reopen(phone)
    const happens = this.dice.weighted([[60, this.act], [36, this.exchange], [3, this.closeStorage], [1, this.kill]] as const)
    await happens(phone)
  }

  /** After the battery died: what was said to be saved is there. */
  private async reopen(phone: Handset): Promise<void> {
    await phone.open()
    await seesOwnVisits(phone)
  }

  private readonly act = async (phone: Handset): Promise<void> => {
    const [name, act] = this.dice.weighted(ACTS)
    const home = this.dice.pick(this.homes)
    this.tally.hit(`act: ${name}`)
    await phone.act((engine) => act(engine, this.dice, home), this.fuse(0.12, 4))
  }

  /** Half the time nobody waits for it: people go on working while their phone sends. */
  private readonly exchange = async (phone: Handset): Promise<void> => {
    phone.tab.fuse = this.aimed ? { at: 'gap', count: 1, turns: 0 } : this.fuse(0.35, 16)
    const exchange = phone.sync()
    if (this.dice.chance(0.5)) await exchange
  }

  private readonly closeStorage = async ({ tab }: Handset): Promise<void> => {
    this.tally.hit('storage closed')
    tab.closeStorage()
  }

  private readonly kill = async ({ tab }: Handset): Promise<void> => {
    tab.kill()
  }

  private fuse(share: number, within: number): Fuse | null {
    if (!this.dice.chance(share)) return null
    const at = this.dice.chance(0.8) ? 'transaction' : 'request'
    return { at, count: 1 + this.dice.below(at === 'transaction' ? within : 2), turns: this.dice.pick([0, 0, 1, 3, 8]) }
  }

  /** The day is broken off: nobody's phone does anything more, and nothing of theirs is on its way. */
  async end(): Promise<void> {
    for (const { tab } of this.phones) tab.kill()
    await this.network.calm()
  }

  /** The faults stop; everybody opens the app and syncs until all is quiet. */
  async heal(): Promise<void> {
    await this.network.calm()
    for (const phone of this.phones) {
      phone.tab.fuse = null
      await phone.sync()
      await phone.open()
    }
    for (let round = 0; round < 3; round++) for (const phone of this.phones) await phone.sync()
  }
}
