/** Photos that were taken and are still being made small: a form that is saved meanwhile is saved with them. */
const underWay = new Set<Promise<unknown>>()

export function keeping<T>(work: Promise<T>): Promise<T> {
  underWay.add(work)
  return work.finally(() => { underWay.delete(work) })
}

/** Resolves once none is under way any more; why one could not be kept is said beside it. */
export async function allKept(): Promise<void> {
  await Promise.allSettled(underWay)
}
