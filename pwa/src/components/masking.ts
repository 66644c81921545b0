import { telephones } from '@/data'

/** Figures of whatever script, for numbers come from other phones too. */
const FIGURE = /\p{Nd}/gu

/** From so many figures on a number is told apart by its first three and its last four. */
const LONG = 8

/** A telephone number as others may see it, however it is grouped; of two that stand together, both. */
export function masked(written: string): string {
  const several = telephones(written)
  return several.length > 1 ? several.map((one) => hidden(one.written)).join(' / ') : hidden(written)
}

function hidden(number: string): string {
  const figures = number.match(FIGURE)?.length ?? 0
  const [first, last] = figures < LONG ? [0, 2] : [3, 4]
  let at = 0
  return number.replace(FIGURE, (figure) => {
    at += 1
    return at <= first || at > figures - last ? figure : '*'
  })
}
