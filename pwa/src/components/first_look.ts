/** The first thing that somebody sees of the app: what is needed only after it waits until it stands there. */

let done = (): void => undefined

/** Resolves once it stands there: a page that anybody may see, or on a phone that is somebody's the field for the PIN. */
export const firstLook = new Promise<void>((resolve) => { done = resolve })

/** It stands there now. Calling it again changes nothing. */
export function seen(): void {
  // What has just been made is drawn first
  setTimeout(done)
}
