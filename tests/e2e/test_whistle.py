"""A whistle from the door to the resident's word: a worker, who is called, and the leader who rates."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_case_life import choose, of, open_case, say

GetPhone = Callable[[], Handset]
WITHIN = 5_000
"""Milliseconds in which an open app knows."""


def test_a_whistle_is_answered_on_the_way_and_the_case_settled_and_rated(
    new_phone: GetPhone,
) -> None:
    worker, plumber = of(new_phone, "worker"), of(new_phone, "plumber")
    expect(plumber.page.get_by_text("没有等您办的事")).to_be_visible()
    path = open_case(worker, "地下室水管爆了")
    worker.tap("接单")
    worker.sees("办理中")
    worker.tap("吹哨")
    worker.tap("确认吹哨")
    worker.sees("请选叫谁来。")
    worker.page.get_by_role("checkbox", name="物业").tap()
    worker.page.get_by_label("按姓名叫").fill("lawy")
    worker.page.get_by_role("checkbox", name="lawyer").tap()
    say(worker, "要帮什么忙", "请带阀门来", "确认吹哨")
    worker.sees("叫了 2 人：lawyer、plumber")
    worker.sees("0 / 2 人已回应")

    called = plumber.page.get_by_role("link", name="地下室水管爆了")
    expect(called).to_be_visible(timeout=WITHIN)
    expect(called).to_contain_text("吹哨叫您")
    called.tap()
    plumber.sees("请带阀门来")
    expect(plumber.page.locator("a[href^='/dwellings/']")).to_have_count(0)
    plumber.lose_signal()
    plumber.tap("我来")
    plumber.sees("您已答应来")
    plumber.find_signal()
    plumber.wait_until_sent()

    worker.sees("马上来")
    worker.sees("1 / 2 人已回应")
    plumber.tap("我到了")
    plumber.tap("我办好了")
    say(plumber, "怎么办的", "换了总阀", "办好了")
    plumber.sees("您已办好")
    expect(plumber.page.get_by_role("button", name="接单")).to_have_count(0)

    worker.sees("换了总阀")
    worker.tap("办结")
    say(worker, "办理情况", "物业换了总阀，水通了", "确认办结")
    leader = of(new_phone, "leader", path)
    leader.tap("回访评价")
    choose(leader, "已解决")
    choose(leader, "满意")
    say(leader, "居民怎么说", "水通了，谢谢", "确认评价")
    leader.sees("已解决 · 满意")

    plumber.open("/")
    expect(plumber.page.get_by_text("地下室水管爆了")).to_have_count(0, timeout=WITHIN)


def test_who_cannot_come_says_so_and_is_called_anew_by_the_next_whistle(
    new_phone: GetPhone,
) -> None:
    worker, lawyer = of(new_phone, "worker"), of(new_phone, "lawyer")
    path = open_case(worker, "租房押金起了争执")
    whistle(worker, "lawyer")
    lawyer.page.get_by_role("link", name="租房押金起了争执").tap(timeout=WITHIN)
    lawyer.tap("我来不了")
    lawyer.page.wait_for_url("**/cases")
    expect(lawyer.page.get_by_text("租房押金起了争执")).to_have_count(0, timeout=WITHIN)

    worker.open(path)
    worker.sees("来不了")
    whistle(worker, "lawyer")
    lawyer.open("/")
    expect(lawyer.page.get_by_role("link", name="租房押金起了争执")).to_be_visible(timeout=WITHIN)


def test_who_taps_twice_that_they_come_has_not_said_that_they_are_there(
    new_phone: GetPhone,
) -> None:
    worker, lawyer = of(new_phone, "worker"), of(new_phone, "lawyer")
    open_case(worker, "邻居为装修吵架")
    whistle(worker, "lawyer")
    lawyer.page.get_by_role("link", name="邻居为装修吵架").tap(timeout=WITHIN)
    lawyer.tap_twice(lawyer.page.get_by_role("button", name="我来", exact=True))
    lawyer.page.wait_for_timeout(1000)
    lawyer.sees("您已答应来")
    lawyer.tap("我到了")
    lawyer.sees("您已到现场")


def whistle(phone: Handset, name: str) -> None:
    """Call somebody by name."""
    phone.tap("吹哨")
    phone.page.get_by_label("按姓名叫").fill(name)
    phone.page.get_by_role("checkbox", name=name).tap()
    phone.tap("确认吹哨")
    phone.wait_until_sent()
