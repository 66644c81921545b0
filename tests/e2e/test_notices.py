"""Notices reach an open app by themselves: no push service, no tap."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_main_job import open_case
from tests.serving import PASSWORD

WITHIN = 5_000
"""Milliseconds in which an open app knows."""
PATIENT = 30_000
"""Milliseconds in which a phone gives up on its push service, for which it waits twenty seconds."""


@pytest.fixture
def phone_of(new_phone: Callable[[], Handset]) -> Callable[[str], Handset]:
    """A phone of somebody of the small town, signed in."""

    def arrive(username: str) -> Handset:
        phone = new_phone()
        phone.sign_in(username, PASSWORD)
        return phone

    return arrive


def has_unseen(phone: Handset, count: int) -> None:
    """Today says so within five seconds, by itself."""
    name = f"消息，{count} 条未读" if count else "消息"
    bell = phone.page.get_by_role("link", name=name, exact=True)
    expect(bell).to_be_visible(timeout=WITHIN)


def bring_to_branch(worker: Handset, title: str) -> None:
    worker.find_dwelling("101")
    open_case(worker, "有事找支部", title)


def open_notice(phone: Handset, title: str) -> None:
    phone.page.get_by_role("link", name=re.compile("^消息")).tap()
    phone.page.get_by_role("link", name=title).tap()
    phone.page.wait_for_url("**/cases/*")
    expect(phone.page.get_by_role("heading", name=title)).to_be_visible()


def test_an_open_app_knows_within_five_seconds_that_somebody_moved_a_case_its_owner_opened(
    phone_of: Callable[[str], Handset],
) -> None:
    worker, secretary = phone_of("harbour-worker"), phone_of("harbour-secretary")
    bring_to_branch(worker, "围墙裂了")
    worker.open("/")
    has_unseen(worker, 0)
    has_unseen(secretary, 1)
    open_notice(secretary, "围墙裂了")
    secretary.tap("接单")
    secretary.sees("办理中")
    has_unseen(worker, 1)

    open_notice(worker, "围墙裂了")
    worker.sees("接单")
    worker.tap("返回")
    worker.sees("您登记的事项有新进展")
    expect(worker.page.get_by_text("未读")).to_have_count(0)
    worker.tap("返回")
    has_unseen(worker, 0)


def test_what_is_seen_without_signal_is_told_later_and_counts_no_more_on_the_other_phone(
    phone_of: Callable[[str], Handset],
) -> None:
    one, other = phone_of("harbour-secretary"), phone_of("harbour-secretary")
    worker = phone_of("harbour-worker")
    bring_to_branch(worker, "井盖松了")
    for phone in (one, other):
        has_unseen(phone, 1)

    # what a notice is about comes by an exchange after it
    expect(one.page.get_by_role("main").get_by_text("井盖松了")).to_be_visible(timeout=15_000)
    one.lose_signal()
    open_notice(one, "井盖松了")
    one.open("/")
    has_unseen(one, 0)
    other.open("/")
    has_unseen(other, 1)
    one.find_signal()
    has_unseen(other, 0)


def test_a_flood_is_told_as_one_and_put_away_by_one_tap(
    phone_of: Callable[[str], Handset],
) -> None:
    secretary, worker = phone_of("harbour-secretary"), phone_of("harbour-worker")
    titles = [f"第{number}盏灯" for number in "一二三四"]
    for title in titles:
        bring_to_branch(worker, title)
    has_unseen(secretary, 4)
    secretary.open("/notices")
    flood = secretary.page.get_by_role("button", name="4 件新事项转到您单位")
    flood.tap()
    for title in titles:
        secretary.sees(title)
    secretary.tap("全部已读")
    expect(secretary.page.get_by_text("未读")).to_have_count(0)
    secretary.open("/")
    has_unseen(secretary, 0)


def test_a_browser_that_reaches_no_push_service_says_that_no_notices_come(
    phone_of: Callable[[str], Handset],
) -> None:
    worker = phone_of("worker")
    worker.open("/me")
    worker.page.get_by_role("switch", name="消息提醒").tap()
    said = worker.page.get_by_text("浏览器接不通提醒服务，现在收不到提醒。")
    expect(said).to_be_visible(timeout=PATIENT)
    expect(worker.page.get_by_role("switch", name="消息提醒")).not_to_be_checked()
