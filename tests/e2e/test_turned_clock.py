"""The phone's clock is wrong, or turned: what was recorded is dated by the server, and nothing is skipped."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_conflict import everything_is_sent
from tests.e2e.test_killed_browser import record
from tests.e2e.test_main_job import open_case
from tests.serving import Running
from tests.town import PASSWORD

DAY = timedelta(days=1)
TAPPED = "SELECT json_extract(args, '$.summary'), corrected_at FROM mutation ORDER BY seq"
HAPPENED = "SELECT summary, occurred_at FROM visit ORDER BY rowid"
A_MOMENT = timedelta(minutes=3)


@pytest.fixture
def phone(new_phone: Callable[[], Handset]) -> Handset:
    """A new phone in the small town, with a clock that can be turned."""
    phone = new_phone()
    phone.page.clock.install()
    return phone


def turn(phone: Handset, off: timedelta) -> None:
    """Turn the phone's clock to be wrong by so much."""
    phone.page.clock.set_system_time(datetime.now(UTC) + off)


def dated(town: Running, query: str, words: list[str]) -> list[datetime]:
    """The moments that the server has of these words, in the order of the phone's queue."""
    database = connect(Path(town.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        found = {said: at for said, at in database.execute(query) if said in words}
    assert list(found) == words
    return [datetime.fromisoformat(at).replace(tzinfo=UTC) for at in found.values()]


@pytest.mark.parametrize(
    ("saying", "first", "second"),
    [("一直快", DAY, DAY), ("一直慢", -DAY, -DAY), ("快了又调准", DAY, timedelta())],
)
def test_visits_by_a_clock_that_is_wrong_or_put_back_arrive_in_order_and_at_their_own_time(
    phone: Handset, town: Running, saying: str, first: timedelta, second: timedelta
) -> None:
    turn(phone, first)
    phone.sign_in("worker", PASSWORD)
    phone.sees("手机时间差了 ")
    phone.find_dwelling("101")
    dwelling = phone.page.url.removeprefix(town.address)
    phone.lose_signal()
    said = [f"第一次，{saying}", f"第二次，{saying}"]
    record(phone, dwelling, said[0])
    # a scroll that ends after the turn would be a touch, which keeps the app open
    phone.page.goto("about:blank")
    turn(phone, second)
    phone.open(dwelling)
    if first != second:
        phone.unlock()
    record(phone, dwelling, said[1])
    phone.find_signal()
    everything_is_sent(phone)
    now = datetime.now(UTC)
    for query in (TAPPED, HAPPENED):
        assert [now - at < A_MOMENT for at in dated(town, query, said)] == [True, True]
        assert [at <= now for at in dated(town, query, said)] == [True, True]


def test_the_time_left_for_a_case_is_right_by_a_clock_that_is_a_day_fast(phone: Handset) -> None:
    turn(phone, DAY)
    phone.sign_in("worker", PASSWORD)
    phone.find_dwelling("101")
    open_case(phone, "登记事项", "钟快了也不算超时")
    phone.sees("回执")
    expect(phone.page.get_by_text(re.compile("接单还剩 2[34] 小时"))).to_be_visible()
