"""Whoever comes back to a page finds it as they left it: as much of the list, and where they were."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"


@pytest.fixture
def worker(handset: Callable[[], Handset], served: Running) -> Handset:
    """A grid worker's phone in a stairwell."""
    phone = handset()
    phone.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    phone.lose_signal()
    return phone


def height_of(row: Locator) -> float:
    """How far below the top of the screen it is."""
    top: float = row.evaluate("(row) => row.getBoundingClientRect().top")
    return top


def goes_and_comes_back(phone: Handset, row: Locator) -> None:
    """Open what a row leads to: on the way back it stands where it stood."""
    row.evaluate("(row) => row.scrollIntoView({ block: 'center' })")
    expect(row).to_be_in_viewport()
    before, link = height_of(row), row.get_by_role("link").first
    path = link.get_attribute("href")
    link.tap()
    phone.page.wait_for_url(f"**{path}")
    phone.tap("返回")
    expect(link).to_have_attribute("href", path or "")
    expect(row).to_be_in_viewport()
    assert abs(height_of(row) - before) < 2


def test_the_eighth_door_of_today_is_where_it_was_after_somebody_knocked_there(
    worker: Handset,
) -> None:
    worker.open("/")
    due = worker.page.locator("section").filter(has_text="该走访的户")
    due.get_by_role("button", name="再看 5 个").tap()
    goes_and_comes_back(worker, due.get_by_role("listitem").nth(7))


def test_what_was_looked_for_is_still_there_after_a_look_at_what_was_found(worker: Handset) -> None:
    worker.open("/")
    worker.page.get_by_role("link", name="查找").tap()
    field = worker.page.get_by_role("searchbox")
    expect(field).to_be_focused()
    field.press_sequentially("1-101")
    worker.page.locator("main a[href^='/dwellings/']").first.tap()
    worker.page.wait_for_url("**/dwellings/*")
    worker.tap("返回")
    expect(field).to_have_value("1-101")
    expect(worker.page.locator("main a[href^='/dwellings/']").first).to_be_visible()
    expect(worker.page.get_by_role("heading", level=1)).to_be_focused()


def test_search_is_a_tap_away_from_every_page_with_the_tab_bar(worker: Handset) -> None:
    for path in ("/cases", "/diary", "/notices", "/me", "/outbox"):
        worker.open(path)
        worker.page.get_by_role("link", name="查找").tap()
        expect(worker.page.get_by_role("searchbox")).to_be_focused()
