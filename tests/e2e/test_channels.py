"""A leader has the unit's group told beside Web Push, and whoever sees a case can look who was told of it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.handset import Handset
from tests.e2e.inspecting import broken_rules
from tests.e2e.screens import LOOKS, look_at
from tests.e2e.test_main_job import open_case
from tests.group_robot import GroupRobot
from tests.town import PASSWORD


@pytest.fixture
def robot() -> Iterator[GroupRobot]:
    with GroupRobot() as robot:
        yield robot


def looked_at(phone: Handset, path: str, awaited: Callable[[], Locator]) -> dict[str, list[str]]:
    """The rules of accessibility that a page breaks, by the look it breaks them in."""
    found = {}
    phone.open(path)
    awaited().wait_for()
    for look in LOOKS:
        look_at(phone.page, look)
        if faults := broken_rules(phone.page):
            found[look] = faults
    return found


def test_a_secretary_sets_up_a_gateway_tries_it_and_removes_it(
    new_phone: Callable[[], Handset], robot: GroupRobot
) -> None:
    secretary = new_phone()
    secretary.sign_in("harbour-secretary", PASSWORD)
    secretary.open("/me")
    secretary.page.get_by_role("link", name="通知方式").tap()
    secretary.sees("还没有设")
    secretary.tap("加一种通知方式")
    sheet = secretary.page.get_by_role("dialog")
    sheet.get_by_label("发到哪里").select_option(label="短信网关")
    link = robot.url.replace("json://", "http://")
    sheet.get_by_label("链接").fill("短信平台")
    secretary.tap("保存")
    expect(sheet.get_by_role("alert")).to_contain_text("链接不对")
    sheet.get_by_label("链接").fill(link)
    secretary.tap("保存")
    card = secretary.page.get_by_role("article")
    expect(card).to_contain_text("127.0.0.1")

    card.get_by_role("button", name="试发一条").tap()
    expect(card.get_by_role("status")).to_contain_text("已送到")
    assert robot.said == ["敲门：这是一条测试消息。"]
    robot.answer = {"errcode": 45009}
    card.get_by_role("button", name="试发一条").tap()
    expect(card.get_by_role("status")).to_have_text("没送到：对方拒收，代号 45009。")
    assert looked_at(secretary, "/me/channels", lambda: card) == {}

    card.get_by_role("button", name="删掉").tap()
    secretary.page.get_by_role("dialog").get_by_role("button", name="删掉").tap()
    secretary.sees("还没有设")


def test_a_worker_who_leads_nothing_is_shown_no_way_there(new_phone: Callable[[], Handset]) -> None:
    worker = new_phone()
    worker.sign_in("mate", PASSWORD)
    worker.open("/me")
    worker.sees("我的值班")
    expect(worker.page.get_by_role("link", name="通知方式")).to_have_count(0)
    worker.open("/me/channels")
    worker.sees("负责人才能设通知方式")


def test_a_case_says_who_was_told_of_it_and_whether_they_opened_it(
    new_phone: Callable[[], Handset],
) -> None:
    worker, secretary = new_phone(), new_phone()
    worker.sign_in("harbour-worker", PASSWORD)
    secretary.sign_in("harbour-secretary", PASSWORD)
    worker.find_dwelling("101")
    open_case(worker, "有事找支部", "路灯杆斜了")
    receipt = worker.page.get_by_role("dialog")
    receipt.wait_for()
    worker.page.keyboard.press("Escape")
    receipt.wait_for(state="hidden")
    case = worker.page.url.partition("/cases/")[2]
    secretary.page.get_by_role("link", name="消息，1 条未读", exact=True).wait_for()

    told = worker.page.locator("summary", has_text="通知")
    worker.lose_signal()
    told.tap()
    worker.sees("现在没有信号")
    worker.find_signal()
    worker.sees("harbour-secretary · 应用里的消息")
    worker.sees("还没看")

    with secretary.page.expect_response("**/api/v1/notices/seen"):
        secretary.open(f"/cases/{case}")
    told.tap()
    told.tap()
    worker.sees("看过")

    def opened() -> Locator:
        told.tap()
        return worker.page.get_by_text("看过")

    assert looked_at(worker, f"/cases/{case}", opened) == {}
