"""A grid's leader gives the grid more time on their phone, and the compound's secretary agrees on theirs."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.inspecting import broken_rules
from tests.e2e.screens import LOOKS, look_at
from tests.e2e.test_case_life import of
from tests.town import PASSWORD


def test_more_time_waits_for_the_secretary_and_less_does_not(
    new_phone: Callable[[], Handset],
) -> None:
    leader, secretary = new_phone(), new_phone()
    leader.sign_in("leader", PASSWORD)
    secretary.sign_in("secretary", PASSWORD)
    leader.open("/me")
    leader.page.get_by_role("link", name="办理时限").tap()
    leader.sees("24 小时内接单，2 个工作日内办结")
    leader.tap("定一条时限")
    sheet = leader.page.get_by_role("dialog")
    leader.tap("保存")
    expect(sheet).to_contain_text("请至少填一样")
    sheet.get_by_label("多久办结").fill("4")
    leader.tap("保存")
    leader.sees("等上一级负责人同意")
    leader.tap("定一条时限")
    sheet.get_by_role("radio", name="紧急").tap()
    sheet.get_by_label("多久接单").fill("10")
    leader.tap("保存")
    leader.sees("10 分钟内接单")
    leader.sees("已生效")

    secretary.open("/me/deadlines")
    secretary.sees("garden-1想放宽时限")
    secretary.sees("规定的时限 · 24 小时内接单，2 个工作日内办结")
    secretary.sees("等您同意，现在按规定的时限")
    expect(secretary.page.get_by_text("等上一级负责人同意")).to_have_count(0)
    found = {}
    for look in LOOKS:
        for phone, name in ((leader, "leader"), (secretary, "secretary")):
            phone.open("/me/deadlines")
            look_at(phone.page, look)
            phone.page.get_by_role("article").first.wait_for()
            if faults := broken_rules(phone.page):
                found[name, look] = faults
    assert found == {}
    secretary.tap("同意garden-1放宽时限：一般")
    secretary.sees("已同意garden-1的时限")
    leader.open("/me/deadlines")
    leader.sees("secretary已同意，已生效")
    leader.tap("停用这条时限：一般")
    sheet.get_by_role("button", name="停用这条").tap()
    expect(leader.page.get_by_text("secretary已同意")).to_have_count(0)
    leader.sees("10 分钟内接单")

    leader.tap("定一条时限")
    sheet.get_by_label("多久办结").fill("5")
    leader.tap("保存")
    leader.sees("等上一级负责人同意")
    secretary.open("/me/deadlines")
    secretary.tap("不同意garden-1放宽时限：一般")
    secretary.sees("没有同意garden-1的时限")
    expect(secretary.page.get_by_text("garden-1想放宽时限")).to_have_count(0)
    leader.open("/me/deadlines")
    leader.sees("secretary没有同意，按规定的时限")


def test_what_a_unit_asks_and_the_answer_stand_on_the_pages_of_both_while_those_are_open(
    new_phone: Callable[[], Handset],
) -> None:
    leader, secretary = new_phone(), new_phone()
    leader.sign_in("leader", PASSWORD)
    secretary.sign_in("secretary", PASSWORD)
    for phone in (leader, secretary):
        phone.open("/me/deadlines")
    secretary.sees("3 个工作日内办结")
    leader.tap("定一条时限")
    leader.page.get_by_role("dialog").get_by_label("多久办结").fill("7")
    leader.tap("保存")
    secretary.sees("7 个工作日内办结")
    secretary.tap("同意garden-1放宽时限：一般")
    leader.sees("secretary已同意，已生效")


def set_time(phone: Handset, label: str, figure: str, urgency: str = "一般") -> None:
    """Set a time of the unit this person leads."""
    phone.tap("定一条时限")
    sheet = phone.page.get_by_role("dialog")
    sheet.get_by_role("radio", name=urgency).tap()
    sheet.get_by_label(label).fill(figure)
    phone.tap("保存")
    expect(sheet).to_be_hidden()


def test_a_time_set_on_a_page_that_was_open_for_long_leaves_one_set_elsewhere_meanwhile(
    new_phone: Callable[[], Handset],
) -> None:
    one, other = (of(new_phone, "harbour-secretary", "/me/deadlines") for _ in range(2))
    one.sees("3 个工作日内办结")
    set_time(other, "多久接单", "20", "紧急")
    set_time(one, "多久办结", "2")
    for phone in (one, other):
        phone.open("/me/deadlines")
        phone.sees("20 分钟内接单")
        phone.sees("2 个工作日内办结")


def test_a_thumb_in_haste_agrees_to_what_was_read_and_not_to_what_comes_in_its_place(
    new_phone: Callable[[], Handset],
) -> None:
    leader = of(new_phone, "leader", "/me/deadlines")
    set_time(leader, "多久办结", "8")
    set_time(leader, "多久接单", "9000", "紧急")
    secretary = of(new_phone, "secretary", "/me/deadlines")
    asked = secretary.page.get_by_role("article").filter(has_text="garden-1想放宽时限")
    expect(asked).to_have_count(2)
    for which in ("一般", "紧急"):
        expect(asked.get_by_role("button", name=f"同意garden-1放宽时限：{which}")).to_have_count(2)
    secretary.tap_twice(asked.first.get_by_role("button", name=re.compile("^同意")))
    secretary.sees("已同意garden-1的时限")
    secretary.open("/me/deadlines")
    expect(asked).to_have_count(1)


def test_a_worker_who_leads_nothing_is_shown_no_way_there(new_phone: Callable[[], Handset]) -> None:
    worker = new_phone()
    worker.sign_in("worker", PASSWORD)
    worker.open("/me")
    worker.sees("我的值班")
    expect(worker.page.get_by_role("link", name="办理时限")).to_have_count(0)
    worker.open("/me/deadlines")
    worker.sees("负责人才能定办理时限")
