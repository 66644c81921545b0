"""Everything there is to see in English: it is said in English, and fits a small phone and a tablet."""

import json
from pathlib import Path

from playwright.sync_api import Playwright, ViewportSize

from tests.e2e.authenticator import Authenticator
from tests.e2e.conftest import lending
from tests.e2e.handset import SMALL
from tests.e2e.inspecting import misfits
from tests.e2e.pictured import GRID, news_for
from tests.e2e.screens import look_at, paths, walk
from tests.e2e.states import State
from tests.serving import Running
from tests.town import PASSWORD

SCREENS = {
    "phone": ViewportSize(width=SMALL["width"], height=SMALL["height"]),
    "narrow phone": ViewportSize(width=320, height=640),
    "tablet": ViewportSize(width=768, height=1024),
}
LOCALE = Path(__file__).parents[2] / "pwa/src/locales/zh-CN.json"

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


def test_everything_is_english_and_fits_a_small_phone_and_a_tablet(
    playwright: Playwright, served: Running, tmp_path: Path
) -> None:
    found = dict[str, list[str]]()
    chinese = leaves(json.loads(LOCALE.read_text()))
    (leader,) = served.of_role("grid_leader", GRID)
    news = news_for(served, leader)
    with lending(playwright, tmp_path, served.named_address) as hand_out:
        phone = hand_out()
        page = phone.page
        Authenticator(page)

        def inspect(state: State) -> None:
            if said := [text for text in page.evaluate(TEXTS) if text in chinese]:
                found[f"{state.name}, in Chinese"] = said
            for screen, size in SCREENS.items():
                page.set_viewport_size(size)
                for look in ("large", "light"):
                    look_at(page, look)
                    if faults := misfits(page):
                        found[f"{state.name}, {look}, {screen}"] = faults
            page.set_viewport_size(SCREENS["phone"])

        phone.sign_in(leader, PASSWORD)
        pages = paths(phone, news)
        phone.open("/me")
        page.get_by_role("radio", name="English").check()
        page.get_by_role("button", name="Sign out").wait_for()
        walk(phone, pages, inspect)
    assert found == {}
