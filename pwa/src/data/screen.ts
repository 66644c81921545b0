/** What the screen reads goes before the exchange: a cheap phone that does both at once shows late what somebody opened the app for. */

/** So long, in milliseconds, nothing has been read for the screen when it is at rest: one answer may lead to the next question. */
const QUIET = 100

/** So long, in milliseconds, it is waited for at most. */
const LONGEST = 3_000

let reads = 0
let quiet: ReturnType<typeof setTimeout> | null = null
const waiting: (() => void)[] = []

/** Something is being read for the screen until `read` has ended, however it ends. */
export function forScreen(read: Promise<unknown>): void {
  reads += 1
  if (quiet) clearTimeout(quiet)
  quiet = null
  const ended = () => {
    reads -= 1
    if (reads === 0) quiet = setTimeout(rest, QUIET)
  }
  void read.then(ended, ended)
}

function rest(): void {
  quiet = null
  for (const resume of waiting.splice(0)) resume()
}

/** Resolves once nothing is read for the screen, at once where nothing is. */
export async function screenAtRest(): Promise<void> {
  if (reads === 0 && !quiet) return
  await new Promise<void>((resume) => {
    waiting.push(resume)
    setTimeout(resume, LONGEST)
  })
}
