"""A phone that lay about: what it holds opens to its owner alone, and nothing unsent is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import CHOOSING, PIN, Handset
from tests.e2e.test_killed_browser import kept, record
from tests.serving import Running
from tests.town import PASSWORD

GRID = "3706020030010101"
LOCK = "解锁密码"
A_WHILE = "06:00"
LONGEST_WAIT = "31:00"
WRONG_AND_WAIT = re.compile(r"不对。还可以试 6 次，过 \d 秒再试。")
TOO_EARLY = re.compile(r"还不能试，过 \d 秒再输一遍。")


@pytest.fixture
def worker(handset: Callable[[], Handset], served: Running) -> Handset:
    """A signed-in phone whose clock the test can turn, at a dwelling, without signal."""
    phone = handset()
    phone.page.clock.install()
    phone.sign_in(served.of_role("grid_worker", GRID)[2], PASSWORD)
    phone.find_dwelling("1-1-302")
    phone.lose_signal()
    return phone


def test_a_phone_left_for_five_minutes_shows_nothing_and_the_words_half_typed_are_there_after_the_pin(
    worker: Handset,
) -> None:
    worker.tap("记走访")
    worker.page.wait_for_url("**/visits/new*")
    worker.page.get_by_label("说了什么").fill("话说到一半")
    worker.wait_for_draft("话说到一半")
    worker.page.clock.fast_forward(A_WHILE)
    expect(worker.page.get_by_label(LOCK, exact=True)).to_be_focused()
    expect(worker.page.get_by_text("1-302")).to_have_count(0)
    worker.unlock()
    expect(worker.page.get_by_label("说了什么")).to_have_value("话说到一半")


def test_the_tenth_wrong_pin_clears_the_households_and_what_was_not_sent_is_sent_after_signing_in(
    worker: Handset, served: Running
) -> None:
    dwelling, words = worker.page.url, "错了十次也不丢"
    record(worker, dwelling.removeprefix(served.address), words)
    worker.open("/me")
    worker.tap("现在锁上")
    field = worker.page.get_by_label(LOCK, exact=True)
    for wrong in range(9):
        worker.page.clock.fast_forward(LONGEST_WAIT)
        field.fill(f"24680{wrong}")
        worker.sees(f"还可以试 {9 - wrong} 次")
    worker.sees("过 30 分钟再试")
    worker.page.clock.fast_forward("20:00")
    worker.sees("过 10 分钟再试")
    worker.page.clock.fast_forward(LONGEST_WAIT)
    field.fill("246809")
    worker.sees("没送出的记录加密保存在这部手机上")
    worker.find_signal()
    worker.page.get_by_role("link", name="登录").tap()
    worker.enter_password(served.of_role("grid_worker", GRID)[2], PASSWORD)
    worker.choose_pin()
    expect(worker.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    assert kept(served, [words]) == [words]


def test_a_pin_that_is_not_looked_at_yet_is_told_to_wait_wherever_it_is_asked_for(
    new_phone: Callable[[], Handset],
) -> None:
    phone = new_phone()
    phone.page.clock.install()
    phone.sign_in("worker", PASSWORD)
    phone.open("/me")
    phone.tap("现在锁上")
    field = phone.page.get_by_label(LOCK, exact=True)
    for left in range(9, 5, -1):
        field.fill(f"24680{left}")
        phone.sees(f"还可以试 {left} 次")
    expect(phone.page.get_by_text(WRONG_AND_WAIT)).to_be_visible()
    field.fill(PIN)
    expect(phone.page.get_by_text(TOO_EARLY)).to_be_visible()
    expect(phone.page.get_by_text("不对")).to_have_count(0)
    phone.page.clock.fast_forward("00:06")
    phone.unlock()

    phone.tap("换解锁密码")
    old = phone.page.get_by_label("现在的解锁密码", exact=True)
    for label in CHOOSING:
        phone.page.get_by_label(label, exact=True).fill("975310")
    for left in range(9, 5, -1):
        old.fill(f"24680{left}")
        phone.page.get_by_role("dialog").get_by_role("button", name="换解锁密码").tap()
        phone.sees(f"还可以试 {left} 次")
        expect(old).to_have_value("")
    expect(phone.page.get_by_text(WRONG_AND_WAIT)).to_be_visible()


LATE = """
// A phone so slow that what is to be done before the next picture comes a second later.
const draw = window.requestAnimationFrame.bind(window)
window.requestAnimationFrame = (work) => setTimeout(draw, 1000, work)
"""


def test_who_chooses_a_pin_on_a_slow_phone_can_type_it_while_the_page_is_still_drawn(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.context.add_init_script(LATE)
    worker.open("/")
    worker.enter_password(served.of_role("grid_worker")[0], PASSWORD)
    field = worker.page.get_by_label(CHOOSING[0], exact=True)
    expect(field).to_be_focused()
    worker.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(drawn))")
    expect(field).to_be_focused()
