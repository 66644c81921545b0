/** Photos that were taken and are still being made small: a form that is saved or left meanwhile is so with them. */
const underWay = new Set<Promise<unknown>>()

export function keeping<T>(work: Promise<T>): Promise<T> {
  underWay.add(work)
  return work.finally(() => { underWay.delete(work) })
}

/** Resolves once none is under way any more; why one could not be kept is said beside it. */
export async function allKept(): Promise<void> {
  await Promise.allSettled(underWay)
}

/** So long, in milliseconds, nobody is held back on a page that they leave: a disk that went away may never answer. */
const LONGEST = 5_000

/** The same for who leaves what they were writing, whose draft gets them. */
export async function keptForDraft(): Promise<void> {
  await Promise.race([allKept(), new Promise((late) => { setTimeout(late, LONGEST) })])
}
