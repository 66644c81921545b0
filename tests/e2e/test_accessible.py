"""Every screen, light, dark and in large text, by the rules of WCAG 2.2 AA that a machine can check."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.handset import Handset
from tests.e2e.screens import look_at, news_for, paths, walk
from tests.serving import Running
from tests.town import PASSWORD

GRID = "3706020030010101"
AXE = Path(__file__).parents[2] / "pwa/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """async (tags) => {
  const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))
}"""


def faults_of_accessibility(phone: Handset) -> list[str]:
    """The rules that the screen breaks, and where."""
    return faults_on(phone.page)


def faults_on(page: Page) -> list[str]:
    """The same of a page on anybody's phone."""
    page.evaluate(AXE.read_text())
    faults: list[str] = page.evaluate(CHECK, RULES)
    return faults


def test_no_screen_breaks_a_rule_of_accessibility_in_any_look(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker, found = handset(), dict[str, list[str]]()
    (name, *_) = served.of_role("grid_worker", GRID)
    called = news_for(served, name)
    worker.sign_in(name, PASSWORD)
    screens = paths(worker, called)
    for look in ("light", "dark", "large"):
        look_at(worker, look)

        def check(screen: str, look: str = look) -> None:
            if faults := faults_of_accessibility(worker):
                found[f"{screen}, {look}"] = faults

        walk(worker, screens, check)
    assert found == {}
