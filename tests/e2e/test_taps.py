"""How many taps the things done most often take from Today, with one thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"


class Thumb:
    """Taps on a phone that shows Today, and counts; bringing the cursor into a field is a tap too."""

    def __init__(self, phone: Handset) -> None:
        self.phone, self.taps = phone, 0
        phone.open("/")

    def tap(self, what: Locator) -> None:
        what.tap()
        self.taps += 1

    def press(self, name: str) -> None:
        self.tap(self.phone.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        self.tap(self.phone.page.get_by_role("link", name=name, exact=True))

    def write(self, label: str, words: str) -> None:
        field = self.phone.page.get_by_label(label)
        self.tap(field)
        field.press_sequentially(words)

    def knock(self) -> None:
        """Open the first door that waits for a visit."""
        self.tap(self.phone.page.locator("a[href^='/dwellings/']").first)
        self.phone.page.wait_for_url("**/dwellings/*")

    def shows_case(self, title: str, words: str) -> None:
        """The phone shows a case, saved without signal."""
        expect(self.phone.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        for said in (words, "已存手机"):
            self.phone.sees(said)


@pytest.fixture
def thumb(handset: Callable[[], Handset], served: Running) -> Thumb:
    """A grid worker's, in a stairwell without signal."""
    phone = handset()
    phone.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
    phone.lose_signal()
    return Thumb(phone)


def test_a_visit_with_nobody_home_takes_two_taps(thumb: Thumb) -> None:
    thumb.knock()
    thumb.press("无人应答")
    thumb.phone.sees("无人应答，已存到手机")
    assert thumb.taps == 2
    diary = thumb.phone.page.get_by_role("article").filter(has_text="已存手机")
    expect(diary).to_contain_text("无人应答")


def test_a_second_tap_on_a_shut_door_records_no_second_visit(thumb: Thumb) -> None:
    thumb.knock()
    diary = thumb.phone.page.get_by_role("article").filter(has_text="已存手机")
    thumb.press("无人应答")
    thumb.phone.page.get_by_role("button", name="已记无人应答").tap(force=True)
    expect(diary).to_have_count(1)


def test_a_visit_with_a_note_takes_four_taps(thumb: Thumb) -> None:
    thumb.knock()
    thumb.press("记走访")
    thumb.write("说了什么", "身体挺好")
    thumb.press("保存")
    thumb.phone.sees("走访已存到手机")
    assert thumb.taps == 4
    thumb.phone.sees("身体挺好")


def test_a_case_out_of_the_visit_being_written_takes_two_taps_and_no_typing(thumb: Thumb) -> None:
    thumb.knock()
    thumb.press("记走访")
    thumb.write("说了什么", "下水道堵了，厨房返水")
    written = thumb.taps
    thumb.press("转为事项")
    thumb.press("保存")
    assert thumb.taps - written == 2
    thumb.shows_case("下水道堵了", "下水道堵了，厨房返水")


def test_a_case_out_of_an_earlier_visit_takes_four_taps_from_today(thumb: Thumb) -> None:
    thumb.knock()
    thumb.press("记走访")
    thumb.write("说了什么", "楼上漏水")
    thumb.press("保存")
    thumb.phone.sees("走访已存到手机")

    later = Thumb(thumb.phone)
    later.follow("民情日记")
    later.tap(
        later.phone.page.get_by_role("article").filter(has_text="楼上漏水").get_by_role("link")
    )
    later.tap(later.phone.page.get_by_role("article").get_by_role("link", name="转为事项").first)
    later.press("保存")
    assert later.taps == 4
    later.shows_case("楼上漏水", "来自一次走访")


def test_a_common_matter_for_the_branch_takes_four_taps_to_its_receipt(thumb: Thumb) -> None:
    thumb.knock()
    thumb.press("有事找支部")
    thumb.press("水管漏水")
    thumb.press("保存")
    assert thumb.taps == 4
    expect(thumb.phone.page.get_by_role("dialog", name="居民回执")).to_contain_text("已存手机")
