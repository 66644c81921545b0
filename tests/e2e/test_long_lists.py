"""Lists of thousands: a phone draws of them what is on its screen, and nothing of them is lost."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from app.ids import new_id
from tests.device import Device
from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.e2e.test_coming_back import goes_and_comes_back
from tests.serving import Running, data_directory, serve, settle_town
from tests.town import PASSWORD

CASES, OF_A_BATCH = 2_000, 200
VISITS = NOTES = 1_000
ALL_BROUGHT = 60_000
"""Milliseconds."""

ROWS = """() => {
  const rows = [...document.querySelectorAll('main li')]
  const drawn = rows.filter((row) => row.firstElementChild.checkVisibility({ contentVisibilityAuto: true }))
  return [rows.length, drawn.length]
}"""

TO_THE_END = (
    "() => new Promise((next) => (scrollTo(0, 1e9), requestAnimationFrame(() => setTimeout(next))))"
)


@pytest.fixture(scope="module")
def busy_town() -> Iterator[Running]:
    """A town whose worker follows two thousand cases of one door, knocked at a thousand times.

    The last of the cases has a thousand notes.
    """
    with data_directory() as env:
        settle_town(env)
        with serve(env, []) as served, closing(Device(served.port, "harbour-worker")) as opener:
            _, operations = opener.bring_down()
            home = next(op["id"] for op in operations if op["type"] == "dwelling")
            for begin in range(0, CASES, OF_A_BATCH):
                opened = [
                    opener.mutation(
                        "case.open",
                        id=new_id(),
                        kind="branch",
                        title=f"第{number}盏楼道灯不亮",
                        dwelling_id=home,
                    )
                    for number in range(begin, begin + OF_A_BATCH)
                ]
                opener.post(opener.envelope(mutations=opened))
            noted = opened[-1]["args"]["id"]
            for _ in range(0, VISITS, OF_A_BATCH):
                opener.post(opener.envelope(mutations=opener.visits(home, OF_A_BATCH)))
            for begin in range(0, NOTES, OF_A_BATCH):
                notes = [
                    opener.mutation(
                        "case.note", id=noted, event_id=new_id(), text=f"第{number}次去看"
                    )
                    for number in range(begin, begin + OF_A_BATCH)
                ]
                opener.post(opener.envelope(mutations=notes))
            yield served


@pytest.fixture
def worker(busy_town: Running, playwright: Playwright, tmp_path: Path) -> Iterator[Handset]:
    with lending(playwright, tmp_path, busy_town.address) as hand_out:
        phone = hand_out()
        phone.sign_in("harbour-worker", PASSWORD)
        # so much takes a slow machine longer to bring than a test waits for what it looks at
        expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=ALL_BROUGHT)
        yield phone


def drawn(phone: Handset) -> tuple[int, int]:
    """How many rows the page has, and how many of them the browser draws."""
    rows, shown = phone.page.evaluate(ROWS)
    return rows, shown


def test_of_two_thousand_cases_the_phone_draws_what_is_on_the_screen_and_the_rest_comes_by_scrolling(
    worker: Handset,
) -> None:
    worker.open("/cases?tab=following")
    expect(worker.page.locator("main li").nth(19)).to_be_attached()
    assert drawn(worker)[0] <= 60
    for _ in range(200):
        if drawn(worker)[0] >= 400:
            break
        worker.page.evaluate(TO_THE_END)
    rows, shown = drawn(worker)
    assert 400 <= rows < CASES
    assert 0 < shown <= 30

    titles = worker.page.locator("main li strong").all_text_contents()
    assert len(set(titles)) == rows
    # what is not drawn is found on the page all the same
    assert worker.page.evaluate("(words) => (scrollTo(0, 0), window.find(words))", titles[-1])


def test_the_case_in_the_sixtieth_row_is_where_it_was_when_somebody_comes_back_from_it(
    worker: Handset,
) -> None:
    worker.open("/cases?tab=following")
    rows = worker.page.locator("main li")
    expect(rows.nth(19)).to_be_attached()
    for _ in range(200):
        if rows.count() > 60:
            break
        worker.page.evaluate(TO_THE_END)
    goes_and_comes_back(worker, rows.nth(59))


@pytest.mark.parametrize("page", ["dwelling", "case"])
def test_of_a_thousand_entries_of_a_diary_or_a_timeline_a_page_is_there_and_more_when_asked_for(
    worker: Handset, page: str
) -> None:
    worker.open("/search")
    worker.page.get_by_role("searchbox").fill(f"第{CASES - 1}盏")
    worker.page.locator("main li a").first.tap()
    worker.sees("办理经过")
    if page == "dwelling":
        worker.page.locator("main a[href^='/dwellings/']").first.tap()
    heading = {"dwelling": "民情日记", "case": "办理经过"}[page]
    entries = worker.page.locator("section", has=worker.page.get_by_role("heading", name=heading))
    rows = entries.get_by_role("listitem")
    more = entries.get_by_role("button", name="再看")
    expect(more).to_be_visible()
    first = rows.count()
    assert first <= 20
    more.tap()
    expect(rows).to_have_count(2 * first)


def test_among_two_thousand_cases_a_household_is_found_first_and_the_cases_below_it(
    worker: Handset,
) -> None:
    worker.open("/search")
    field = worker.page.get_by_role("searchbox")
    field.fill("l")
    worker.sees("50 件事")
    field.fill("第1999盏")
    worker.sees("找到 1 件事")
    # what was found before is shown until this one has been read
    expect(worker.page.locator("main li a")).to_have_count(1)
    expect(worker.page.locator("main li a")).to_have_attribute("href", re.compile("^/cases/"))
    field.fill("101")
    worker.sees("户")
    expect(worker.page.locator("main li a").first).to_have_attribute(
        "href", re.compile("^/dwellings/")
    )
