import type { Place, Written } from '@/data'

/** Where something is, as a record says it. */
type Somewhere = { dwelling_id: string | null; place: Place | null }

/** A place being chosen on a form; both ways are kept, so that changing one's mind loses nothing. */
export interface Spot {
  mode: 'dwelling' | 'elsewhere'
  dwelling_id: string
  /** The chosen dwelling in words. */
  label: string
  unit_id: string
  text: string
}

export const nowhere = (dwelling_id = '', label = ''): Spot =>
  ({ mode: 'dwelling', dwelling_id, label, unit_id: '', text: '' })

/** The dwelling it is; empty where it is none, or none was chosen yet. */
export const homeOf = (spot: Spot): string => (spot.mode === 'dwelling' ? spot.dwelling_id : '')

/** The place of a record that has one. */
export const spotOf = ({ dwelling_id, place }: Somewhere): Spot =>
  (place ? { ...nowhere(), mode: 'elsewhere', unit_id: place.unit_id, text: place.text } : nowhere(dwelling_id ?? ''))

/** The place of something in the outbox; to be chosen anew if this phone does not know the door. */
export const spotAgain = ({ args, label }: Written<Somewhere>): Spot =>
  (args.dwelling_id && !label ? nowhere() : { ...spotOf(args), label })

/** The two fields a record takes; null while the choice is not finished. */
export function settled(spot: Spot): { dwelling_id: string | null; place: Place | null } | null {
  if (spot.mode === 'dwelling') return spot.dwelling_id ? { dwelling_id: spot.dwelling_id, place: null } : null
  const text = spot.text.trim()
  return spot.unit_id && text ? { dwelling_id: null, place: { unit_id: spot.unit_id, text } } : null
}
