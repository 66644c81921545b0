"""A small phone in the largest text, with long names on it and a keyboard that takes half of the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.handset import Handset
from tests.e2e.inspecting import DRAWN, misfits
from tests.e2e.screens import enlarge, look_at
from tests.e2e.test_case_life import of, open_case
from tests.town import id_of

SMALL = ViewportSize(width=320, height=568)
TITLE = "三十六号高层住宅楼二单元七楼走廊顶棚长期渗水，墙皮大面积脱落，电表箱进水，居民多次反映"

SHOWS = """(one) => {
  const { left, top, height } = one.getBoundingClientRect()
  const lines = Array.from({ length: height }, (_, at) => document.elementFromPoint(left + 9, top + at))
  return lines.filter((hit) => one.contains(hit)).length
}"""
"""How much of something is in sight and under nothing else, from its top to its bottom."""

BROKEN = """() => {
  const words = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  const broken = []
  while (words.nextNode()) {
    for (const { 0: door, index } of words.currentNode.data.matchAll(/\\d+-\\d+/g)) {
      const range = document.createRange()
      range.setStart(words.currentNode, index)
      range.setEnd(words.currentNode, index + door.length)
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(door)
    }
  }
  return broken
}"""
"""The numbers of doors on this page that begin on one line and end on the next."""

LINE = 30
"""Pixels, of large text."""


@pytest.fixture
def worker(new_phone: Callable[[], Handset]) -> Handset:
    """A small phone whose text is as large as it gets, in the app and in the phone."""
    phone = of(new_phone, "worker", f"/dwellings/{id_of('g1-101')}")
    phone.page.set_viewport_size(SMALL)
    enlarge(phone.context.new_cdp_session(phone.page), 1.3)
    phone.page.evaluate("() => localStorage.setItem('qiaomen.large', 'yes')")
    phone.page.reload()
    phone.page.get_by_role("heading", name="家里人").wait_for()
    return phone


def shows(one: Locator) -> int:
    one.page.evaluate(DRAWN)
    pixels: int = one.evaluate(SHOWS)
    return pixels


def with_keyboard(phone: Handset, width: int, height: int) -> None:
    """The keyboard leaves so much of the screen, in the app's own large text."""
    phone.page.set_viewport_size({"width": width, "height": height})
    look_at(phone.page, "large")


def test_a_case_with_a_long_title_is_worked_on_where_that_fills_half_the_screen(
    worker: Handset,
) -> None:
    open_case(worker, TITLE)
    worker.tap("接单")
    worker.sees("办理中")
    worker.tap("办结")
    worker.page.get_by_label("办理情况").fill("已联系物业处理")
    worker.tap("确认办结")
    worker.sees("已办结")


def test_a_masked_number_and_the_number_on_a_receipt_are_shown_whole(worker: Handset) -> None:
    assert misfits(worker.page) == []
    open_case(worker, "楼道灯不亮")
    worker.tap("居民回执")
    worker.page.get_by_role("dialog").get_by_role("img").wait_for()
    assert misfits(worker.page) == []


def test_beside_the_keyboard_of_a_small_phone_there_is_room_for_what_is_being_written(
    new_phone: Callable[[], Handset],
) -> None:
    worker = of(new_phone, "worker", f"/visits/new?dwelling={id_of('g1-101')}")
    with_keyboard(worker, 320, 290)
    said = worker.page.get_by_label("说了什么")
    said.focus()
    assert shows(said) > 2 * LINE


def test_beside_the_keyboard_of_a_small_phone_a_search_says_what_it_found(
    new_phone: Callable[[], Handset],
) -> None:
    worker = of(new_phone, "worker", "/search")
    with_keyboard(worker, 360, 360)
    worker.page.get_by_role("searchbox").fill("张三")
    assert shows(worker.page.get_by_text("找到 2 户")) > LINE / 2


def test_the_number_of_a_door_stays_in_one_piece_wherever_it_stands(worker: Handset) -> None:
    path = open_case(worker, "楼道灯不亮")
    for page in ("/", "/cases", path, f"/cases/new?dwelling={id_of('g1-101')}", "/search"):
        worker.open(page)
        if page == "/search":
            worker.page.get_by_role("searchbox").fill("张三")
        expect(worker.page.get_by_text("1-101").first).to_be_visible()
        for width in range(320, 412, 4):
            worker.page.set_viewport_size({"width": width, "height": SMALL["height"]})
            assert worker.page.evaluate(BROKEN) == [], (page, width)
