"""What a form knows by itself, says that it lacks, and does not save unasked."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.handset import CHOOSING, Handset
from tests.town import PASSWORD

ALONE = "张三"
"""Lives alone behind each door of the town."""


@pytest.fixture
def worker(new_phone: Callable[[], Handset]) -> Handset:
    """A grid worker's phone at a door, without signal."""
    phone = new_phone()
    phone.sign_in("harbour-worker", PASSWORD)
    phone.lose_signal()
    phone.find_dwelling("101")
    return phone


def met(phone: Handset) -> Locator:
    return phone.page.get_by_role("group", name="见到了谁").get_by_role("checkbox", name=ALONE)


def test_who_lives_alone_was_met_and_brought_the_case_out_of_the_visit(worker: Handset) -> None:
    worker.tap("记走访")
    expect(met(worker)).to_be_checked()
    worker.page.get_by_label("说了什么").fill("阳台水管漏水")
    worker.tap("转为事项")
    reporter = worker.page.get_by_role("group", name="谁反映的")
    expect(reporter.get_by_role("radio", name=ALONE)).to_be_checked()
    expect(reporter).to_contain_text("回电号码 138****0000")
    worker.tap("保存")
    worker.sees("办理经过")
    expect(worker.page.locator("main")).to_contain_text(ALONE)


def test_nobody_was_met_where_nobody_opened(worker: Handset) -> None:
    worker.tap("记走访")
    expect(met(worker)).to_be_checked()
    worker.page.get_by_label("说了什么").fill("门上贴了封条")
    worker.page.get_by_role("radio", name="无人应答").tap()
    expect(met(worker)).to_have_count(0)
    worker.tap("保存")
    entry = worker.page.get_by_role("article").filter(has_text="门上贴了封条")
    expect(entry).to_contain_text("已存手机")
    expect(entry).not_to_contain_text(ALONE)


def test_a_form_that_was_only_looked_at_is_no_unfinished_visit(worker: Handset) -> None:
    worker.tap("记走访")
    expect(met(worker)).to_be_checked()
    worker.tap("返回")
    worker.page.get_by_role("link", name="今日").tap()
    worker.sees("该走访的户")
    expect(worker.page.get_by_text("没写完的")).to_have_count(0)


def test_who_was_met_lives_at_the_door_that_was_chosen_last(worker: Handset) -> None:
    worker.page.get_by_role("link", name="今日").tap()
    worker.tap("记走访")
    worker.page.get_by_role("searchbox").fill("101")
    worker.page.get_by_role("button", name="101").first.tap()
    expect(met(worker)).to_be_checked()
    worker.page.get_by_role("radio", name="户外某处").tap()
    expect(met(worker)).to_have_count(0)


def test_what_is_missing_is_said_until_it_is_there(worker: Handset) -> None:
    worker.tap("记走访")
    met(worker).tap()
    worker.tap("保存")
    said = worker.page.get_by_text("请写一句说了什么")
    expect(said).to_be_visible()
    worker.page.get_by_label("说了什么").fill("身体挺好")
    expect(said).to_have_count(0)


def test_enter_puts_the_keyboard_away_and_saves_nothing_that_is_still_being_written(
    worker: Handset,
) -> None:
    worker.tap("登记事项")
    title = worker.page.get_by_label("标题")
    title.fill("井盖松动")
    title.press("Enter")
    expect(title).not_to_be_focused()
    expect(title).to_have_value("井盖松动")
    worker.tap("保存")
    worker.sees("办理经过")


def test_enter_signs_in(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    phone.open("/")
    phone.page.get_by_label("用户名", exact=True).fill("harbour-worker")
    password = phone.page.get_by_label("密码", exact=True)
    password.fill(PASSWORD)
    password.press("Enter")
    expect(phone.page.get_by_label(CHOOSING[0], exact=True)).to_be_visible()


def test_beside_the_keyboard_the_button_of_a_sheet_is_still_in_sight(worker: Handset) -> None:
    worker.tap("登记事项")
    worker.page.get_by_label("标题").fill("栏杆松动")
    worker.tap("保存")
    worker.tap("留言")
    worker.page.set_viewport_size({"width": 360, "height": 420})
    worker.page.get_by_role("dialog").get_by_label("想说的话").fill("已联系物业")
    button = worker.page.get_by_role("button", name="确认留言")
    expect(button).to_be_in_viewport(ratio=1)
    button.tap()
    worker.sees("留言已存到手机")
