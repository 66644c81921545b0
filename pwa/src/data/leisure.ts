/** Work that nobody waits for yet: in pieces, each while the phone has nothing better to do, until somebody needs it. */
import { screenAtRest } from './screen'

/** Where the browser does not say when it is idle, so long, in milliseconds, it is left alone before each piece. */
const A_WHILE = 50

export interface Leisure {
  /** Resolves when the next piece may begin. */
  turn: () => Promise<void>
  /** Somebody needs it now: from here on no piece waits. */
  end: () => void
}

export function leisure(): Leisure {
  let isOver = false
  let goOn = () => {}
  return {
    turn: () => new Promise<void>((resolve) => {
      if (isOver) return resolve()
      goOn = resolve
      void screenAtRest().then(idle).then(resolve)
    }),
    end: () => {
      isOver = true
      goOn()
    },
  }
}

const idle = (): Promise<void> => new Promise((resolve) => {
  // Safari does not say
  if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve())
  else setTimeout(resolve, A_WHILE)
})
