"""Everything there is to see, by the rules of WCAG 2.2 AA that a machine can check, in every look and size of
text, by keyboard, and as it is read aloud.
"""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, Playwright, ViewportSize

from tests.e2e.authenticator import Authenticator
from tests.e2e.conftest import lending
from tests.e2e.handset import SMALL
from tests.e2e.inspecting import broken_rules, lost_focus, lost_keys, misfits
from tests.e2e.listening import doubts
from tests.e2e.pictured import GRID, news_for
from tests.e2e.screens import LOOKS, enlarge, look_at, paths, walk, walk_in
from tests.e2e.states import State
from tests.serving import Running

NARROW = ViewportSize(width=320, height=640)
ENLARGED = 1.5
"""Android's largest text but two."""

Found = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def found(
    playwright: Playwright, served: Running, tmp_path_factory: pytest.TempPathFactory
) -> Found:
    """What is wrong, by what was looked for and then by where, after one walk through everything."""
    found = defaultdict[str, dict[str, list[str]]](dict)
    (leader,) = served.of_role("grid_leader", GRID)
    news = news_for(served, leader)
    with lending(playwright, tmp_path_factory.mktemp("phones"), served.named_address) as hand_out:
        phone = hand_out()
        Authenticator(phone.page)
        session = phone.context.new_cdp_session(phone.page)

        def inspect(state: State) -> None:
            for kind, how, faults in inspected(phone.page, session):
                if faults:
                    found[kind][f"{state.name}, {how}"] = faults

        walk_in(phone, leader, inspect)
        walk(phone, paths(phone, news), inspect)
    return found


def inspected(page: Page, session: CDPSession) -> Iterator[tuple[str, str, list[str]]]:
    """What is wrong with what is on the screen, as it is looked at in one way after the other."""
    for look in LOOKS:
        look_at(page, look)
        yield "rules", look, broken_rules(page)
    yield "sizes", "large", misfits(page)
    page.set_viewport_size(NARROW)
    yield "sizes", "large and narrow", misfits(page)
    look_at(page, "light")
    yield "sizes", "narrow", misfits(page)
    enlarge(session, ENLARGED)
    yield "sizes", "enlarged by the system and narrow", misfits(page)
    page.set_viewport_size(ViewportSize(width=SMALL["width"], height=SMALL["height"]))
    yield "sizes", "enlarged by the system", misfits(page)
    enlarge(session)
    yield "sizes", "light", misfits(page)
    yield "words", "aloud", doubts(session)
    yield "keys", "by Tab", lost_keys(page)
    yield "keys", "by Escape", lost_focus(page)


def test_nothing_breaks_a_rule_of_accessibility_in_any_look(found: Found) -> None:
    assert found["rules"] == {}


def test_everything_fits_a_small_phone_in_text_of_any_size(found: Found) -> None:
    assert found["sizes"] == {}


def test_everything_read_aloud_says_what_it_is_of(found: Found) -> None:
    assert found["words"] == {}


def test_tab_goes_in_the_order_of_reading_and_a_closed_sheet_gives_back_the_focus(
    found: Found,
) -> None:
    assert found["keys"] == {}
