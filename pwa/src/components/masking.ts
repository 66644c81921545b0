/** Figures of whatever script, for numbers come from other phones too. */
const FIGURE = /\p{Nd}/gu

/** From so many figures on a number is told apart by its first three and its last four. */
const LONG = 8

/** A telephone number as others may see it, however it is grouped. */
export function masked(number: string): string {
  const figures = number.match(FIGURE)?.length ?? 0
  const [first, last] = figures < LONG ? [0, 2] : [3, 4]
  let at = 0
  return number.replace(FIGURE, (figure) => {
    at += 1
    return at <= first || at > figures - last ? figure : '*'
  })
}
