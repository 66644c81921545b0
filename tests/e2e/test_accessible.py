"""Every screen, light, dark and in large text, by the rules of WCAG 2.2 AA that a machine can check."""

from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.e2e.authenticator import Authenticator
from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.e2e.pictured import GRID, news_for
from tests.e2e.screens import LOOKS, look_at, paths, walk
from tests.serving import Running
from tests.town import PASSWORD

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
    playwright: Playwright, served: Running, tmp_path: Path
) -> None:
    found = dict[str, list[str]]()
    (name, *_) = served.of_role("grid_worker", GRID)
    called = news_for(served, name)
    with lending(playwright, tmp_path, served.named_address) as hand_out:
        worker = hand_out()
        worker.open("/")
        Authenticator(worker.page)
        worker.sign_in(name, PASSWORD)
        screens = paths(worker, called)
        for look in LOOKS:
            look_at(worker, look)

            def check(screen: str, look: str = look) -> None:
                if faults := faults_of_accessibility(worker):
                    found[f"{screen}, {look}"] = faults

            walk(worker, screens, check)
    assert found == {}
