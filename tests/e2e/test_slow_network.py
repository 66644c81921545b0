"""A first copy over a weak signal: doors open before the year of visits has come, and nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.e2e.slow_network import BASEMENT, SlowNetwork
from tests.e2e.test_killed_browser import kept
from tests.serving import PASSWORD, Running, server
from tests.year import YEAR, have_a_year

GRID = "3706020030010101"
WORDS = "敲门的时候没有下雨"
COUNT = """async () => {
  const whenDone = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
  const [{ name }] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('qiaomen-'))
  const db = await whenDone(indexedDB.open(name))
  const tags = db.transaction('bundle').objectStore('bundle').index('tags')
  const count = await whenDone(tags.count(IDBKeyRange.bound('visit#', 'visit$')))
  db.close()
  return count
}"""


@pytest.fixture(scope="module")
def busy() -> Iterator[Running]:
    """A demo whose first grid has had a year of visits."""
    with server("sqlite") as served:
        have_a_year(served, served.of_role("grid_worker", GRID)[0])
        yield served


@pytest.fixture
def newcomer(
    playwright: Playwright, busy: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    """New phones of people there."""
    with lending(playwright, tmp_path, busy.address) as hand_out:
        yield hand_out


def test_doors_show_and_visits_are_saved_while_a_weak_signal_brings_the_rest_and_breaks(
    newcomer: Callable[[], Handset], busy: Running
) -> None:
    phone = newcomer()
    phone.open("/")
    network = SlowNetwork(phone.page, BASEMENT)
    phone.enter_password(busy.of_role("grid_worker", GRID)[1], PASSWORD)
    phone.choose_pin()
    phone.page.get_by_role("link", name="楼栋").tap()
    phone.page.locator("a[href^='/buildings/']").first.tap(timeout=60_000)
    phone.page.locator("a[href^='/dwellings/']").first.tap()
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(WORDS)
    phone.tap("保存")
    phone.sees("走访已存到手机")
    assert phone.page.evaluate(COUNT) < YEAR

    phone.lose_signal()
    phone.sees(WORDS)
    assert phone.page.evaluate(COUNT) < YEAR
    phone.find_signal()
    phone.open("/")
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=120_000)
    assert phone.page.evaluate(COUNT) > YEAR
    assert kept(busy, [WORDS]) == [WORDS]
    assert network.workers > 0
