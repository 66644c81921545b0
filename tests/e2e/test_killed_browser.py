"""The phone dies in the middle of things: what it said was saved is saved (the tap is the truth)."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
ROUNDS = 5


def record(phone: Handset, dwelling: str, words: str) -> None:
    """Record a visit and return the moment the phone says that it is saved."""
    phone.open(dwelling)
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(words)
    phone.tap("保存")
    expect(phone.page.get_by_text("走访已存在手机上")).to_be_visible()


def signed_in_long_ago(phone: Handset, served: Running) -> Handset:
    """A phone whose browser has had the time to write down its session, which it does lazily."""
    phone.sign_in(served.of_role("grid_worker", GRID)[1], PASSWORD)
    phone.reopen()
    return phone


def test_every_visit_that_was_said_to_be_saved_survives_a_killed_browser_and_is_sent_once(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = signed_in_long_ago(handset(), served)
    worker.find_dwelling("1-1-201")
    dwelling = worker.page.url.removeprefix(served.address)
    worker.lose_signal()
    said = [f"第{number}次敲门，灯泡坏了" for number in range(ROUNDS)]
    for words in said:
        record(worker, dwelling, words)
        worker.kill_browser()
        worker.power_on()
    worker.open(dwelling)
    for words in said:
        expect(worker.page.get_by_text(words)).to_have_count(1)
    expect(worker.page.get_by_text("已存手机")).to_have_count(ROUNDS)
    worker.find_signal()
    expect(worker.page.get_by_text("已存手机")).to_have_count(0)
    for words in said:
        expect(worker.page.get_by_text(words)).to_have_count(1)


def test_words_half_typed_when_the_browser_was_killed_are_there_again(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = signed_in_long_ago(handset(), served)
    worker.find_dwelling("1-1-301")
    worker.tap("记走访")
    worker.page.wait_for_url("**/visits/new*")
    form = worker.page.url
    worker.page.get_by_label("说了什么").fill("刚说到一半")
    worker.wait_for_draft("刚说到一半")
    worker.kill_browser()
    worker.power_on()
    worker.page.goto(form)
    expect(worker.page.get_by_label("说了什么")).to_have_value("刚说到一半")
