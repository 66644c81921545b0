/** Which class of the duty list a matter is likely of, by its words (sync/rules/duty_items.json). */
import duty from '@rules/duty_items.json'
import { pairsOf } from './likeness'

/** The classes of the list, in its order. */
export const CLASSES = [...new Set(duty.items.map((item) => item.class))]

/** In which classes each pair of characters occurs: 漏水 in few, 楼道 in many. */
const classesWith = new Map<string, Set<string>>()

for (const { class: name, item } of duty.items) {
  for (const pair of pairsOf(item)) classesWith.set(pair, (classesWith.get(pair) ?? new Set()).add(name))
}

/** Less than one pair that a class has to itself is chance. */
const ENOUGH = 1

/** How strongly these words point to each class: a pair counts for as much as it tells classes apart. */
function weights(words: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const pair of pairsOf(words)) {
    const among = classesWith.get(pair) ?? new Set()
    for (const name of among) found.set(name, (found.get(name) ?? 0) + 1 / among.size)
  }
  return found
}

function classOf(words: string): string | null {
  const [best] = [...weights(words)].sort(([, one], [, other]) => other - one)
  return best && best[1] >= ENOUGH ? best[0] : null
}

/** The likeliest class of a matter; null where its words point to none. The details are asked only where the title says nothing. */
export const likelyClass = (title: string, detail = ''): string | null => classOf(title) ?? classOf(`${title} ${detail}`)
