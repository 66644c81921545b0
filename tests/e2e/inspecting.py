"""What is wrong with what is on the screen: by the rules of accessibility, in size, by keyboard."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

AXE = Path(__file__).parents[2] / "pwa/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """async (tags) => {
  const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))
}"""

MISFITS = """() => {
  const page = [...document.querySelectorAll('dialog[open]')].pop() ?? document
  const isSeen = (one) => one.checkVisibility({ contentVisibilityAuto: true })
  const seen = (selector) => [...page.querySelectorAll(selector)].filter(isSeen)
  const says = (one) => `${one.tagName} ${(one.ariaLabel ?? one.textContent).trim().slice(0, 40)}`
  const overflows = (one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1
  const said = seen('h1, h2, h3, button, label, legend, dt, dd, .button, .badge, .face, [role=tab], nav a')
  const cut = said.filter(overflows)
  const touched = seen('a[href], button, [role=button], input, select, textarea, summary')
    .filter((one) => !one.matches('.skip, .unseen'))
  // a finger hits what is laid over the whole card, or the label, too
  const over = (one) => getComputedStyle(one, '::after').position === 'absolute' && one.offsetParent
  const sizeOf = (one, side) => Math.max(...[one, one.closest('label'), over(one)].filter(Boolean)
    .map((box) => box.getBoundingClientRect()[side]))
  const small = touched.filter((one) => Math.min(sizeOf(one, 'height'), sizeOf(one, 'width')) < 47.5)
  // the matrix is meant to scroll along
  const meant = '.frame, .unseen, input, select, textarea, svg, svg *'
  const clips = (one) => getComputedStyle(one).overflowX !== 'visible'
  const scrolls = seen('*').filter((one) => !one.matches(meant) && clips(one))
  const wide = [document.documentElement, ...scrolls].filter(overflows)
  const misfits = { cut, small, wide }
  return Object.entries(misfits).flatMap(([how, which]) => which.map((one) => `${how}: ${says(one)}`))
}"""

DRAWN = "() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))"
"""What goes by the size of the screen has heard of a new one."""

WALK = """() => {
  const root = [...document.querySelectorAll('dialog[open]')].pop() ?? document.documentElement
  // what stays where it is while the rest scrolls, or scrolls by itself, has an order of its own
  const frameOf = (one) => {
    for (let up = one; up && up !== root; up = up.parentElement) {
      const { position, overflowX } = getComputedStyle(up)
      if (position === 'fixed' || position === 'sticky' || overflowX === 'auto') return up
    }
    return root
  }
  const ringed = (one) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2
  }
  const shows = (one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect()
    const isHit = (x, y) => {
      const hit = document.elementFromPoint(x, y)
      return hit && (one.contains(hit) || hit.contains(one))
    }
    const heights = [(top + bottom) / 2, top + 6, bottom - 6]
    return [(left + right) / 2, left + 6, right - 6].some((x) => heights.some((y) => isHit(x, y)))
  }
  const met = new Set()
  const walked = []
  let last = null
  const note = () => {
    const one = document.activeElement
    // the parts of a date: its day, its month, its button
    if (one === last) return
    last = one
    const frame = frameOf(one)
    const touched = one.closest('label') ?? one
    const { left, right, top, bottom } = touched.getBoundingClientRect()
    const start = frame.getBoundingClientRect()
    const isPage = frame === document.documentElement
    const from = {
      left: start.left - (isPage ? 0 : frame.scrollLeft),
      top: start.top - (isPage ? 0 : frame.scrollTop),
    }
    const name = one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent
    walked.push({
      says: `${one.tagName} ${name.trim().slice(0, 30)}`,
      inside: one !== document.body && root.contains(one),
      page: one === document.body,
      again: met.has(one),
      frame: frame.className,
      ringed: [one, one.nextElementSibling, touched].some((each) => each && ringed(each)),
      shown: shows(touched),
      left: left - from.left, right: right - from.left, top: top - from.top, bottom: bottom - from.top,
    })
    met.add(one)
  }
  // by the time of the next key what was gone to has been scrolled to
  const pressed = ({ key }) => { if (key === 'Tab') note() }
  addEventListener('keydown', pressed, true)
  window.walk = {
    round: () => met.has(document.activeElement) && document.activeElement !== last,
    end: () => (removeEventListener('keydown', pressed, true), note(), walked),
  }
}"""

MOST_STOPS = 120
SAME_LINE = 12
"""So many pixels what stands side by side may be apart in height."""


def broken_rules(page: Page) -> list[str]:
    """The rules of WCAG 2.2 AA and of good practice that the screen breaks, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    faults: list[str] = page.evaluate(CHECK, RULES)
    return faults


def misfits(page: Page) -> list[str]:
    """What is cut off, wider than the screen, or too small for a thumb."""
    page.evaluate(DRAWN)
    faults: list[str] = page.evaluate(MISFITS)
    return faults


def lost_keys(page: Page) -> list[str]:
    """Where Tab goes against the order of reading, behind a sheet, or where nobody sees it go."""
    page.evaluate(WALK)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("() => window.walk.round()"):
            break
    stops: list[dict[str, Any]] = page.evaluate("() => window.walk.end()")
    gone_to = [one for one in stops[1:] if not one["page"]]
    faults = [f"no ring: {one['says']}" for one in gone_to if not one["ringed"]]
    faults += [f"covered: {one['says']}" for one in gone_to if not one["shown"]]
    faults += [f"behind: {one['says']}" for one in gone_to if not one["inside"]]
    steps = [
        (one, to) for one, to in pairwise(stops) if not (one["page"] or to["page"] or to["again"])
    ]
    return faults + [
        f"order: {to['says']} after {one['says']}"
        for one, to in steps
        if one["frame"] == to["frame"] and _comes_before(to, one)
    ]


def _comes_before(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether who reads along the lines, and down, comes to `one` first."""
    side_by_side = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > SAME_LINE
    if side_by_side:
        return bool(one["right"] <= other["left"] + SAME_LINE)
    return bool(one["bottom"] <= other["top"] + SAME_LINE)


def lost_focus(page: Page) -> list[str]:
    """Where an open sheet has not the focus, or does not give it back to what opens it again."""
    sheet = page.locator("dialog[open]")
    if not sheet.count():
        return []
    if not page.evaluate("() => document.activeElement.closest('dialog') !== null"):
        return ["the sheet did not take the focus"]
    close_sheet(page)
    page.keyboard.press("Enter")
    try:
        sheet.wait_for(timeout=3_000)
    except Error:
        return [
            f"given back to {page.evaluate('() => document.activeElement.outerHTML.slice(0, 60)')}"
        ]
    return []


def close_sheet(page: Page) -> bool:
    """Close what is open before the page, and what that was opened from; whether anything was."""
    sheets = page.locator("dialog[open]")
    any_open = sheets.count() > 0
    while sheets.count():
        sheet = sheets.last.element_handle()
        page.keyboard.press("Escape")
        sheet.wait_for_element_state("hidden")
    return any_open
