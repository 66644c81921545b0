import { ref, shallowRef } from 'vue'

/** What a browser hands to a page that it would install. */
interface Offer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}

/** The browser offers to install the app at a tap; it does so once, early, and not all do. */
export const offer = shallowRef<Offer | null>(null)

/** The app was opened from its icon, or has just been given one. */
export const installed = ref(matchMedia('(display-mode: standalone)').matches || Boolean((navigator as { standalone?: boolean }).standalone))

export function watchForOffers(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offer.value = event as Offer
  })
  addEventListener('appinstalled', () => (installed.value = true))
}

/** An offer is good for one question. */
export async function install(): Promise<void> {
  const asked = offer.value
  offer.value = null
  await asked?.prompt()
}
