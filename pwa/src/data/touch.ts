/** When somebody last touched this phone, in whichever tab: they lock together. */
import { tellTabs, whenTold } from './tabs'
import { ofAllTabs } from './web_storage'

const NAME = 'qiaomen.touched'

/** In this tab, and in those that tell it; opening it is a touch too. */
let touched = Date.now()

whenTold((told) => { touched = told.touched ?? touched })

export function noteTouch(): void {
  touched = Date.now()
  tellTabs({ touched })
  try {
    ofAllTabs()?.setItem(NAME, String(touched))
  } catch {
    // Full: this tab knows, and those that are awake
  }
}

/** Milliseconds since then. Clocks are turned both ways, and one that can't be may stand still while the phone sleeps. */
export function untouched(): number {
  const elsewhere = Number(ofAllTabs()?.getItem(NAME) ?? touched)
  return Math.min(...[touched, elsewhere].map((moment) => Math.abs(Date.now() - moment)))
}
