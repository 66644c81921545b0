/** Telephone numbers as people write them into one field: grouped, two at once, with a word of whose each is. */
import { narrow } from './narrow'

export interface Telephone {
  /** As it was written, with what stands beside it: `13800138817（儿子）`. */
  written: string
  /** What is dialled; a comma waits before the extension. */
  number: string
}

const MOBILE = String.raw`1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)`
/** A mobile number, or figures in groups that end before one; 转 leads to an extension. */
const NUMBER = new RegExp(String.raw`(?:\+?86[\s-]?)?${MOBILE}|\+?\d(?:(?!${MOBILE})[\d\s()（）转-])*(?!${MOBILE})\d`, 'g')
/** Figures of the shortest, as 110; fewer are of a house or a floor. */
const LEAST = 3
const MARK = '/／、，,;；|｜'
const MARKS = new RegExp(String.raw`\s*[${MARK}]\s*`, 'g')
const SPACES = /\s+/g
const AT_THE_ENDS = new RegExp(String.raw`^[\s${MARK}]+|[\s${MARK}]+$`, 'g')

/** The numbers in a text, in its order, each with its part of it; none where nothing can be dialled. */
export function telephones(text: string): Telephone[] {
  const plain = narrow(text)
  const found = [...plain.matchAll(NUMBER)].filter(([number]) => number.replace(/\D/g, '').length >= LEAST)
  const isNamedFirst = plain.slice(0, found[0]?.index).trim() !== ''
  const starts = found.map(({ index }, at) => {
    const before = found[at - 1]
    const from = before && before.index + before[0].length
    return from === undefined ? 0 : from + cutOf(plain.slice(from, index), isNamedFirst)
  })
  return found.map(([number], at) => ({
    written: text.slice(starts[at], starts[at + 1]).replace(AT_THE_ENDS, ''),
    number: number.replace(/转/g, ',').replace(/[^\d,+]/g, ''),
  }))
}

/** Where between two numbers what is said of one ends: at a mark, or else by whether names stand before or behind. */
function cutOf(between: string, isNamedFirst: boolean): number {
  const marks = [...between.matchAll(MARKS)]
  const places = marks.length > 0 ? marks : [...between.matchAll(SPACES)]
  return places[isNamedFirst ? 0 : places.length - 1]?.index ?? between.length
}
