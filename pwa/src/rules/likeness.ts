/**
 * How alike two texts are. Chinese writes no spaces, so texts are compared by their pairs of neighbouring characters:
 * 灯不亮 is 灯不 and 不亮.
 */

const WORDS = /[\p{L}\p{N}]+/gu

/** The pairs of a text, each once; none across a space or a comma. */
export function pairsOf(text: string): Set<string> {
  const runs = text.toLowerCase().match(WORDS) ?? []
  return new Set(runs.flatMap((run) => Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2))))
}

/** The share of pairs that two texts have in common: 0 for nothing, 1 for all (Dice's coefficient). */
export function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((pair) => other.has(pair)).length
  return shared === 0 ? 0 : (2 * shared) / (one.size + other.size)
}
