"""The main job by keyboard alone, as with a switch or a keyboard in a phone's case."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.handset import Handset
from tests.town import PASSWORD

MOST_STOPS = 60


class Keys:
    """Tab, Enter, Escape and the arrows, on a phone that shows Today."""

    def __init__(self, phone: Handset) -> None:
        self.phone, self.page = phone, phone.page
        phone.open("/")
        phone.sees("该走访的户")

    def go(self, to: Locator, by: str = "Tab") -> None:
        """Press Tab until this has the focus."""
        to.wait_for()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(by)
            if to.evaluate("(one) => one === document.activeElement"):
                return
        raise AssertionError(f"{by} does not lead to {to}")

    def press(self, name: str, by: str = "Tab") -> None:
        self.go(self.page.get_by_role("button", name=name, exact=True), by)
        self.page.keyboard.press("Enter")

    def write(self, label: str, words: str) -> None:
        self.go(self.page.get_by_label(label))
        self.page.keyboard.type(words)

    def open_door(self, place: int) -> None:
        """Open one of the dwellings that wait for a visit."""
        self.go(self.page.locator("a[href^='/dwellings/']").nth(place))
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/dwellings/*")
        self.starts_at_heading()

    def starts_at_heading(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_be_focused()

    def is_told(self, words: str) -> None:
        """It is read aloud without being looked for."""
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


@pytest.fixture
def keys(new_phone: Callable[[], Handset]) -> Keys:
    """A worker's, in a stairwell without signal."""
    phone = new_phone()
    phone.sign_in("worker", PASSWORD)
    phone.lose_signal()
    return Keys(phone)


def test_nobody_home_is_recorded_by_keyboard_and_said_aloud(keys: Keys) -> None:
    keys.open_door(0)
    keys.press("无人应答")
    keys.is_told("无人应答，已存到手机")
    keys.press("返回", by="Shift+Tab")
    keys.page.wait_for_url(lambda url: url.endswith("/"))
    keys.starts_at_heading()
    keys.is_told("1 条待发送")


def test_a_visit_with_a_note_and_a_case_are_written_by_keyboard(keys: Keys) -> None:
    page = keys.page
    keys.open_door(0)
    keys.press("记走访")
    keys.starts_at_heading()
    keys.go(page.get_by_role("radio", checked=True))
    page.keyboard.press("ArrowRight")
    keys.write("说了什么", "身体挺好")
    keys.press("改常用的话")
    expect(page.get_by_role("dialog", name="常用的话")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="改常用的话")).to_be_focused()
    keys.press("保存")
    keys.is_told("走访已存到手机")
    page.wait_for_url("**/dwellings/*")
    keys.starts_at_heading()
    keys.phone.sees("身体挺好")

    keys.press("登记事项")
    keys.starts_at_heading()
    keys.write("标题", "楼道灯不亮")
    keys.press("从职责清单里选")
    keys.go(page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").nth(1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="换一项")).to_be_focused()
    keys.press("保存")
    keys.is_told("事项已存到手机")
    page.wait_for_url("**/cases/*")
    keys.starts_at_heading()
    expect(page.get_by_role("heading", level=1)).to_have_text("楼道灯不亮")


def test_the_first_key_offers_to_skip_to_the_page(keys: Keys) -> None:
    keys.page.keyboard.press("Tab")
    expect(keys.page.get_by_role("link", name="跳到正文")).to_be_focused()
    keys.page.keyboard.press("Enter")
    keys.starts_at_heading()
