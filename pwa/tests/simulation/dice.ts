/** Chances from a seed. */
import { chances } from '../community'

export class Dice {
  readonly roll: () => number

  constructor(seed: number) {
    this.roll = chances(seed)
  }

  below(most: number): number {
    return Math.floor(this.roll() * most)
  }

  chance(share: number): boolean {
    return this.roll() < share
  }

  /** @throws Error where there is nothing to pick */
  pick<T>(all: readonly T[]): T {
    const found = all[this.below(all.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  /** One of these, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [number, T])[]): T {
    let left = this.roll() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const found = choices.find(([weight]) => (left -= weight) < 0) ?? choices.at(-1)
    if (!found) throw new Error('nothing to pick from')
    return found[1]
  }
}
