"""The phone dies in the middle of things: what it said was saved is saved (the tap is the truth)."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from playwright.sync_api import Request, expect

from tests.e2e.handset import Handset
from tests.knobs import ROUNDS
from tests.serving import Running
from tests.town import PASSWORD

GRID = "3706020030010101"
SAVED, SAVING, PUSHING = ROUNDS // 4, ROUNDS // 4, ROUNDS // 2
"""How often the phone dies when it has said that a visit is saved, while it saves, and while it sends."""
NEWEST, AT_A_TIME = 50, 10
"""A dwelling shows its newest visits, and so many more of them with each tap."""


def write(phone: Handset, dwelling: str, words: str) -> None:
    """Fill in the form of a visit, and wait until its draft would survive."""
    phone.open(dwelling)
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(words)
    phone.wait_for_draft(words)


def record(phone: Handset, dwelling: str, words: str) -> None:
    """Record a visit and return the moment the phone says that it is saved."""
    phone.open(dwelling)
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(words)
    phone.tap("保存")
    expect(phone.page.get_by_text("走访已存到手机")).to_be_visible()


def show_all(phone: Handset, visits: int) -> None:
    """Unfold so many visits on the page of their dwelling."""
    for _ in range((visits - 1) // AT_A_TIME):
        phone.page.get_by_role("button", name=re.compile(r"^再看 \d+ 个：民情日记$")).tap()


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
    said = [f"第{number}次敲门，灯泡坏了" for number in range(SAVED)]
    for words in said:
        record(worker, dwelling, words)
        worker.kill_browser()
        worker.come_back(dwelling)
    show_all(worker, len(said))
    for words in said:
        expect(worker.page.get_by_text(words)).to_have_count(1)
    expect(worker.page.get_by_text("已存手机")).to_have_count(SAVED)
    worker.find_signal()
    worker.wait_until_sent()
    for words in said:
        expect(worker.page.get_by_text(words)).to_have_count(1)


def test_a_visit_is_saved_or_still_in_its_form_when_the_browser_was_killed_while_saving(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = signed_in_long_ago(handset(), served)
    worker.find_dwelling("1-1-202")
    dwelling = worker.page.url.removeprefix(served.address)
    worker.lose_signal()
    for number in range(SAVING):
        words = f"第{number}次存到一半"
        write(worker, dwelling, words)
        form = worker.page.url
        worker.tap("保存")
        worker.kill_browser()
        worker.come_back(form.removeprefix(served.address))
        typed = worker.page.get_by_label("说了什么")
        expect(typed).to_be_visible()
        in_form = typed.input_value() == words
        worker.open(dwelling)
        expect(worker.page.get_by_role("button", name="记走访")).to_be_visible()
        expect(worker.page.get_by_text(words)).to_have_count(0 if in_form else 1)


def test_a_visit_is_sent_once_however_often_the_browser_was_killed_while_sending(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = signed_in_long_ago(handset(), served)
    worker.find_dwelling("1-1-203")
    dwelling = worker.page.url.removeprefix(served.address)
    said = [f"第{number}次发到一半" for number in range(PUSHING)]
    for words in said:
        write(worker, dwelling, words)
        with worker.context.expect_event("request", pushes(words)):
            worker.tap("保存")
        worker.kill_browser()
        worker.come_back(dwelling)
    newest = said[-NEWEST:]
    show_all(worker, len(newest))
    for words in newest:
        expect(worker.page.get_by_text(words)).to_have_count(1)
    worker.wait_until_sent()
    assert sorted(kept(served, said)) == sorted(said)


def pushes(words: str) -> Callable[[Request], bool]:
    """Whether the phone is sending the visit of these words: one that it sends anew is not it.

    What goes packed, as two visits do of which one is sent anew, is nothing that we could read.
    """
    return lambda request: (
        request.url.endswith("/api/v1/sync") and words in (request.post_data or words)
    )


def kept(served: Running, said: list[str]) -> list[str]:
    """Which of these words the server has in visits, as often as it has them."""
    database = connect(Path(served.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        rows = database.execute("SELECT summary FROM visit").fetchall()
    return [summary for (summary,) in rows if summary in said]


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
    worker.come_back(form.removeprefix(served.address))
    expect(worker.page.get_by_label("说了什么")).to_have_value("刚说到一半")
