"""Every screen fits: in English on a small phone, and on a tablet under a thumb."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ViewportSize

from tests.e2e.handset import Handset
from tests.e2e.screens import news_for, paths
from tests.serving import Running
from tests.town import PASSWORD

GRID = "3706020030010101"
TABLET = ViewportSize(width=768, height=1024)
LOCALE = Path(__file__).parents[2] / "pwa/src/locales/zh-CN.json"

MISFITS = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
  const says = (one) => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`
  const cut = seen('h1, h2, h3, button, .button, [role=tab], nav a')
    .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
  const touched = seen('a[href], button, [role=button], input, select, textarea, summary')
    .filter((one) => !one.matches('.skip, .unseen'))
  // a finger hits what is laid over the whole card, or the label, too
  const heightOf = (one) => Math.max(...[one, one.closest('label'), over(one)].filter(Boolean)
    .map((box) => box.getBoundingClientRect().height))
  const over = (one) => getComputedStyle(one, '::after').position === 'absolute' && one.offsetParent
  const small = touched.filter((one) => heightOf(one) < 47.5)
  const wide = document.documentElement.scrollWidth > innerWidth
  const misfits = { cut: cut.map(says), small: small.map(says), wide: wide ? ['the page'] : [] }
  return Object.entries(misfits).flatMap(([how, which]) => which.map((one) => `${how}: ${one}`))
}"""

TEXTS = """() => {
  const walker = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.checkVisibility()) texts.push(walker.currentNode.data.trim())
  }
  return texts
}"""


def leaves(words: object) -> set[str]:
    """Every text of a locale."""
    if isinstance(words, dict):
        return set().union(*map(leaves, words.values()))
    if isinstance(words, list):
        return set().union(*map(leaves, words))
    return {str(words)}


def faults_of(phone: Handset, screens: dict[str, str], words: set[str]) -> dict[str, list[str]]:
    """What does not fit, and which of these words are on the screen, by screen."""
    found = dict[str, list[str]]()
    for name, path in screens.items():
        phone.open(path)
        phone.page.wait_for_load_state("networkidle")
        said = [text for text in phone.page.evaluate(TEXTS) if text in words]
        faults = phone.page.evaluate(MISFITS) + said
        if faults:
            found[name] = faults
    return found


def test_every_screen_is_english_and_fits_a_small_phone_and_a_tablet(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker, name = handset(), served.of_role("grid_worker", GRID)[0]
    called = news_for(served, name)
    worker.sign_in(name, PASSWORD)
    screens = paths(worker, called)
    worker.open("/me")
    worker.page.get_by_role("radio", name="English").check()
    worker.page.get_by_role("button", name="Sign out").wait_for()
    chinese = leaves(json.loads(LOCALE.read_text()))
    assert faults_of(worker, screens, chinese) == {}
    worker.page.set_viewport_size(TABLET)
    assert faults_of(worker, screens, chinese) == {}
