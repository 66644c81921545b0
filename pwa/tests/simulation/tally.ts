/** How often each thing happened; a run in which too little went wrong proves nothing. */

/** The least number of each in a thousand steps, for a run to count. */
const FLOORS: Record<string, number> = {
  'act: amend a visit': 15,
  'act: correct a dwelling': 15,
  'act: correct a resident': 50,
  'act: settle a conflict': 3,
  'answer cut': 8,
  'answer lost': 8,
  'answer slow': 8,
  'busy': 8,
  'duplicate verdict': 15,
  'killed at a request': 8,
  'killed at a transaction': 15,
  'photo sent': 5,
  'request delayed': 8,
  'request doubled': 8,
  'request lost': 8,
  'storage closed': 8,
  'too large for a proxy': 5,
  'verdict applied': 150,
  'verdict merged': 10,
  'verdict superseded': 1,
}

export class Tally {
  private readonly counts = new Map<string, number>()

  hit(name: string, times = 1): void {
    this.counts.set(name, this.of(name) + times)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }

  /** What happened too seldom in so many steps. */
  shortOf(steps: number): string[] {
    const least = Object.entries(FLOORS).map(([name, floor]) => ({ name, floor: Math.floor((floor * steps) / 1000) }))
    return least.filter(({ name, floor }) => this.of(name) < floor).map(({ name, floor }) => `${name}: ${this.of(name)} of ${floor}`)
  }

  toString(): string {
    return [...this.counts].sort(([one], [other]) => one.localeCompare(other)).map(([name, count]) => `${name} ${count}`).join(', ')
  }
}
