"""How fast a page runs just now, by the index that Lighthouse and Chrome's developer tools go by."""

import statistics

from playwright.sync_api import Page

from bench.report import print_row

CHEAP_PHONE = 264
"""Of a Moto G Power of 2022: to that Chrome's developer tools slow a page for a phone of the lowest tier."""
TIMES = 5

INDEX = """() => {
  const LASTING = 250
  // How often in a tenth of a second, beside what the clock asks for
  const rate = (act, at_once) => {
    const began = performance.now()
    let times = 0
    while (performance.now() - began < LASTING) for (let at = 0; at < at_once; at++) act(times++)
    return times * 100 / (performance.now() - began)
  }
  const letters = () => {
    let text = ''
    for (let at = 0; at < 10000; at++) text += 'a'
    if (text.length === 1) throw new Error('never, but a compiler can not know')
  }
  const numbers = [0, 1].map(() => Array.from({ length: 100000 }, (_, at) => at))
  const copy = (time) => {
    const [from, to] = [numbers[time % 2], numbers[1 - time % 2]]
    for (let at = 0; at < from.length; at++) to[at] = from[at]
  }
  return (rate(letters, 1) + rate(copy, 10)) / 2
}"""


def print_speed(part: str, page: Page) -> None:
    """Say it beside the figures of this part of the report, to tell a slow hour from slow code."""
    index = statistics.median(page.evaluate(INDEX) for _ in range(TIMES))
    what = f"{part}: speed of the slowed phone, Lighthouse's index"
    print_row(what, f"{index:.0f}", "", f"{CHEAP_PHONE} on a cheap phone of 2022")
