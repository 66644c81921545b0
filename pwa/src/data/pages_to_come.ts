/**
 * While pages of a patch follow one another the screen need not show what each of them brought: to read again for it takes
 * a cheap phone as long as a quarter of a page.
 */

/** For so long, in milliseconds, the screen shows what it has, unless somebody touches it. */
const SHOWN = 1_000

let areToCome = false
let touched = -Infinity
const waiting = new Set<() => void>()

/** Say whether another page follows. Who says that one does says later that none does, also when it fails. */
export function expectPages(more: boolean): void {
  areToCome = more
  if (!more) goOn()
}

function goOn(): void {
  for (const resume of waiting) resume()
  waiting.clear()
}

/** Somebody touches this tab, and wants to see what comes of it. */
export function touchHere(): void {
  touched = performance.now()
  goOn()
}

/** Resolves when it is time to read again what was read last at a moment of `performance.now()`. */
export async function timeToRead(last: number): Promise<void> {
  const now = performance.now()
  const left = last + SHOWN - now
  if (!areToCome || left <= 0 || now - touched < SHOWN) return
  await new Promise<void>((resume) => {
    waiting.add(resume)
    setTimeout(resume, left)
  })
}
