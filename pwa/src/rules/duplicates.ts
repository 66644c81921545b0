/** Which cases a new one may repeat: what is near it and sounds like it. */
import type { Case } from '../api/records'
import { BUNDLED, classifier } from './duty'
import { likeness, pairsOf } from './likeness'

/** How near another case is: at the same dwelling, in the same building, or outdoors in the same grid or compound. */
export type Nearness = 'dwelling' | 'building' | 'grounds'

type Matter = Pick<Case, 'title' | 'detail' | 'category'>

/** How alike words must be to be taken for the same matter, and whether the same class is enough; the farther, the more. */
const ENOUGH: Record<Nearness, { words: number; byClass: boolean }> = {
  dwelling: { words: 0.2, byClass: true },
  building: { words: 0.3, byClass: true },
  grounds: { words: 0.4, byClass: false },
}

const ORDER = Object.keys(ENOUGH)
const MOST = 2

/** The class of a matter: the one somebody chose, or else the one its words point to. */
type ClassOf = (matter: Matter) => string | null

const byBundled = classifier(BUNDLED)

/** How alike two matters are, 0 to 1: by their titles or by all their words. */
function alike(one: Matter, other: Matter): number {
  const all = ({ title, detail }: Matter) => pairsOf(`${title} ${detail}`)
  return Math.max(likeness(pairsOf(one.title), pairsOf(other.title)), likeness(all(one), all(other)))
}

/** At most two of the cases near it that a new matter may repeat, the nearest first, then the likest. */
export function likelyDuplicates<T extends { value: Matter; near: Nearness }>(matter: Matter, around: readonly T[], classOf: ClassOf = byBundled): T[] {
  const name = classOf(matter)
  const judged = around.map((one) => ({ one, share: alike(matter, one.value), sameClass: name !== null && name === classOf(one.value) }))
  return judged
    .filter(({ one: { near }, share, sameClass }) => share >= ENOUGH[near].words || (sameClass && ENOUGH[near].byClass))
    .sort((a, b) => ORDER.indexOf(a.one.near) - ORDER.indexOf(b.one.near) || b.share - a.share)
    .slice(0, MOST)
    .map(({ one }) => one)
}
