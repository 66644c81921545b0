"""A worker who lost a phone shuts it out from the one in hand."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_case_life import of
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"


def test_a_lost_phone_is_shut_out_from_the_one_in_hand_and_hands_over_what_it_held(
    handset: Callable[[], Handset], served: Running
) -> None:
    lost, found = handset(), handset()
    (leader,) = served.of_role("grid_leader", GRID)
    lost.sign_in(leader, PASSWORD)
    lost.find_dwelling("1-1-402")
    lost.lose_signal()
    lost.tap("记走访")
    lost.page.get_by_label("说了什么").fill("只在丢了的手机上")
    lost.tap("保存")
    lost.sees("已存手机")

    found.sign_in(leader, PASSWORD)
    found.open("/me")
    found.lose_signal()
    found.page.get_by_role("link", name="我的手机").tap()
    found.sees("现在没有信号，这件事要联网才能做")
    found.find_signal()
    phones = found.page.get_by_role("article")
    expect(phones.first).to_contain_text("手里这部")
    here = phones.first.get_by_role("button", name="停用")
    other = phones.filter(has_not_text="手里这部").first.get_by_role("button", name="停用")

    here.tap()
    found.tap("仍要停用")
    found.sees("真的要停用手里这部吗？")
    found.tap("取消")
    count = phones.count()
    other.tap()
    found.page.get_by_role("dialog").get_by_role("button", name="停用", exact=True).tap()
    expect(phones).to_have_count(count - 1)

    lost.find_signal()
    expect(lost.page.get_by_text("这部手机已被停用")).to_be_visible(timeout=30_000)
    lost.sees("1 条记录")

    here.tap()
    found.tap("仍要停用")
    found.tap("确定停用")
    found.sees("手机里的资料已清除")


def test_a_thumb_in_haste_answers_one_question_and_not_the_next_which_nobody_has_read(
    new_phone: Callable[[], Handset],
) -> None:
    phone = of(new_phone, "mate", "/devices")
    here = phone.page.get_by_role("article").filter(has_text="手里这部")
    here.get_by_role("button", name="停用").tap()
    anyway = phone.page.get_by_role("button", name="仍要停用")
    anyway.tap(trial=True)
    phone.tap_twice(anyway)
    phone.sees("真的要停用手里这部吗？")
    phone.tap("取消")
    phone.open("/devices")
    expect(here).to_be_visible()
