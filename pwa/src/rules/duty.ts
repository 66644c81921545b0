/** Which items of the duty list (职责清单) a matter is likely of, by its words. */
import bundled from '@rules/duty_items.json'
import type { Case } from '../api/records'
import type { DutyItem } from '../api/wire'
import { pairsOf } from './likeness'

type Words = Pick<Case, 'title' | 'detail'>

/** What a phone goes by until its server has a list to give it: classes that say nothing of departments, named by their own names. */
export const BUNDLED: readonly DutyItem[] = [...new Set(bundled.items.map(({ class_name }) => class_name))].map((name) => ({
  code: name, class_name: name, item: name,
  lead_department: '', helping_departments: [], settle_hours: null, settle_working_days: null, urgency: null, retired: false,
  keywords: bundled.items.filter(({ class_name }) => class_name === name).map(({ item }) => item),
}))

/** Less than one pair that a class has to itself is chance. */
const ENOUGH = 1

/** The likeliest items of a matter, the likeliest first; none where its words point to none. */
type Recognise = (matter: Words) => DutyItem[]

interface Likely {
  item: DutyItem
  weight: number
  ofClass: number
}

/** A pair counts for as much as it tells classes apart: 漏水 is in few, 楼道 in many. The details are asked only where the title says nothing. */
export function recogniser(list: readonly DutyItem[]): Recognise {
  const known = list.map((item) => ({ item, pairs: pairsOf([item.item, ...item.keywords].join(' ')) }))
  const classesWith = new Map<string, Set<string>>()
  for (const { item, pairs } of known) {
    for (const pair of pairs) classesWith.set(pair, (classesWith.get(pair) ?? new Set()).add(item.class_name))
  }
  const weightOf = (pair: string): number => 1 / (classesWith.get(pair)?.size ?? Infinity)
  const sum = (pairs: readonly string[]): number => pairs.reduce((all, pair) => all + weightOf(pair), 0)

  function likely(words: string): DutyItem[] {
    const asked = [...pairsOf(words)]
    const ofClass = (name: string): number => sum(asked.filter((pair) => classesWith.get(pair)?.has(name)))
    const classes = new Map([...new Set(asked.flatMap((pair) => [...(classesWith.get(pair) ?? [])]))].map((name) => [name, ofClass(name)]))
    return known
      .map(({ item, pairs }): Likely => ({ item, weight: sum(asked.filter((pair) => pairs.has(pair))), ofClass: classes.get(item.class_name) ?? 0 }))
      .filter((one) => one.weight > 0 && one.ofClass >= ENOUGH)
      .sort((one, other) => other.weight - one.weight || other.ofClass - one.ofClass)
      .map(({ item }) => item)
  }

  return ({ title, detail }) => {
    const byTitle = likely(title)
    return byTitle.length > 0 ? byTitle : likely(`${title} ${detail}`)
  }
}

/** The class of a matter: of the item somebody chose, or else of the likeliest. A category that is on no list stands for itself. */
export function classifier(list: readonly DutyItem[]): (matter: Words & Pick<Case, 'category'>) => string | null {
  const classes = new Map(list.map(({ code, class_name }) => [code, class_name]))
  const recognise = recogniser(list.filter(({ retired }) => !retired))
  return ({ category, ...words }) => (category ? (classes.get(category) ?? category) : (recognise(words)[0]?.class_name ?? null))
}

const classOf = classifier(BUNDLED)

/** The likeliest class of a matter by the words every phone has; null where its words point to none. */
export const likelyClass = (title: string, detail = ''): string | null => classOf({ title, detail, category: null })
