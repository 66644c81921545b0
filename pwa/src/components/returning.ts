/** Coming back to a page finds it where it was left. */
import type { RouteLocationNormalized, RouterScrollBehavior } from 'vue-router'

type Place = Exclude<Parameters<RouterScrollBehavior>[2], null>

/** The row at the top of the screen: its link, which of those that lead there, and how far from the top it is. */
interface Left {
  href: string
  nth: number
  top: number
}

/** Rows come out of the local database a moment after the page; what is not there after so long, in milliseconds, is gone. */
const LONGEST = 2_000

/** So far down, in pixels, the bar at the top hides rows. */
const HIDDEN = 64

const linksTo = (href: string): Element[] => [...document.querySelectorAll(`main li a[href="${CSS.escape(href)}"]`)]

/** By rows and not by pixels alone: those that were never drawn have only a guess for their height. */
function atTop(): Left | null {
  const row = [...document.querySelectorAll('main li')].filter((one) => one.getBoundingClientRect().top <= HIDDEN).pop()
  const link = row?.querySelector('a')
  const href = link?.getAttribute('href')
  return link && href ? { href, nth: linksTo(href).indexOf(link), top: link.getBoundingClientRect().top } : null
}

/** Note with the entry of a page that is left where it stands. Whoever goes back is by then at another entry. */
export function noteLeft(_to: RouteLocationNormalized, from: RouteLocationNormalized): void {
  const { state } = window.history
  if (state?.current === from.fullPath) window.history.replaceState({ ...state, left: atTop() }, '')
}

/** Where the page stood, once as much of it is there again; whoever touches it before that stays where they are. */
export function whereLeft(saved: Place): ReturnType<RouterScrollBehavior> {
  const { left, position } = window.history.state as { left?: Left | null; position: number }
  return new Promise((resolve) => {
    const end = (where: Awaited<ReturnType<RouterScrollBehavior>>) => {
      growing.disconnect()
      clearTimeout(late)
      removeEventListener('pointerdown', stay)
      resolve(window.history.state.position === position && where)
    }
    const stay = () => end(false)
    const growing = new ResizeObserver(() => {
      const row = left && linksTo(left.href)[left.nth]
      if (left && row) end({ el: row, top: left.top })
      else if (document.documentElement.scrollHeight - innerHeight >= saved.top) end(saved)
    })
    const late = setTimeout(end, LONGEST, saved)
    addEventListener('pointerdown', stay)
    growing.observe(document.body)
  })
}
