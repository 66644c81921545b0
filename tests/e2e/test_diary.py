"""民情日记 in a real browser: read, searched and handed on without signal."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
HOME = "1-1-301"
NUMBER = "13800001234"
WORDS = f"热水器点不着，儿子电话{NUMBER}"


def record(phone: Handset, words: str) -> None:
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill(words)
    phone.tap("保存")
    phone.page.wait_for_url("**/dwellings/*")


def test_visit_saved_in_the_stairwell_is_found_in_the_diary_and_handed_on_without_a_phone_number(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_worker", GRID)[1], PASSWORD)
    worker.lose_signal()
    worker.find_dwelling(HOME)
    dwelling = worker.page.url
    record(worker, WORDS)
    record(worker, "扶手松了")

    worker.open("/")
    worker.page.get_by_role("link", name="民情日记").tap()
    newest = worker.page.get_by_role("article").filter(has_text="热水器点不着")
    expect(newest).to_contain_text("已存手机")

    worker.page.get_by_role("link", name="全网格").tap()
    expect(worker.page.get_by_role("article").nth(9)).to_be_attached()
    worker.page.get_by_role("searchbox").fill("热水器 1-301")
    expect(worker.page.get_by_role("article")).to_have_count(1)

    worker.context.grant_permissions(["clipboard-read", "clipboard-write"])
    worker.page.get_by_role("button", name="转发").first.tap()
    worker.sees("已复制")
    text = worker.page.evaluate("() => navigator.clipboard.readText()")
    assert "热水器点不着" in text
    assert "扶手松了" in text
    assert NUMBER not in text

    worker.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: null })")
    worker.page.get_by_role("button", name="转发").first.tap()
    expect(worker.page.get_by_role("dialog").get_by_role("textbox")).to_have_value(text)
    worker.tap("关闭")

    newest.tap()
    worker.page.wait_for_url(dwelling)
    worker.tap("返回")
    expect(worker.page.get_by_role("searchbox")).to_have_value("热水器 1-301")
    expect(worker.page.get_by_role("article")).to_have_count(1)


def test_diary_goes_back_in_time_at_a_tap_and_comes_back_to_the_same_place(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_worker", GRID)[2], PASSWORD)
    worker.open("/diary?whose=whole")
    entries = worker.page.get_by_role("article")
    earlier = worker.page.get_by_role("button", name="看更早的")
    expect(earlier).to_be_visible()
    first = entries.count()
    earlier.tap()
    expect(entries.nth(first)).to_be_attached()
    entries.nth(first).get_by_role("link").tap()
    worker.page.wait_for_url("**/dwellings/*")
    worker.tap("返回")
    expect(entries.nth(first)).to_be_attached()
