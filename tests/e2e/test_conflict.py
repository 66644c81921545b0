"""Two people correct the same telephone number in a dead stairwell; one tap settles which one stands."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
HOME = "1-1-102"
LEAST_TOUCH = 48


def correct_phone(phone: Handset, number: str) -> None:
    """Correct the number of whoever is listed first at the dwelling."""
    phone.page.locator(".person").get_by_role("button", name="修改").first.tap()
    phone.page.get_by_role("button", name="改电话").tap()
    phone.page.get_by_role("textbox", name="电话").fill(number)
    phone.tap("保存")
    phone.sees("已存手机")


def shown_number(phone: Handset) -> str:
    """The first resident's number, once unmasked."""
    phone.page.get_by_role("button", name="的电话").first.tap()
    return phone.page.locator("a[href^='tel:']").first.inner_text().strip()


def everything_is_sent(phone: Handset) -> None:
    phone.open("/outbox")
    phone.tap("立即发送")
    phone.sees("全部已送达")


def test_two_phones_correct_one_number_apart_and_a_tap_settles_it(
    handset: Callable[[], Handset], served: Running
) -> None:
    first, second = handset(), handset()
    people = served.of_role("grid_worker", GRID)[2:4]
    for phone, username in zip((first, second), people, strict=True):
        phone.sign_in(username, PASSWORD)
        phone.find_dwelling(HOME)
        phone.lose_signal()
    correct_phone(first, "13800000001")
    correct_phone(second, "13800000002")

    for phone in (first, second):
        phone.find_signal()
        everything_is_sent(phone)
    everything_is_sent(first)

    first.sees("两人改得不一样")
    card = first.page.get_by_role("article").filter(has_text="13800000001")
    expect(card).to_contain_text("138****0002")
    keep_mine = card.get_by_role("button", name="留我的")
    box = keep_mine.bounding_box()
    assert box
    assert box["height"] >= LEAST_TOUCH
    keep_mine.tap()
    expect(first.page.get_by_text("两人改得不一样")).to_have_count(0)

    for phone in (first, second):
        everything_is_sent(phone)
        expect(phone.page.get_by_text("两人改得不一样")).to_have_count(0)
        phone.find_dwelling(HOME)
        assert shown_number(phone) == "13800000001"
