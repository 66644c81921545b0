"""A roster that the secretary keeps in a file is on the phones of those it names, with and without signal."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from app.ids import new_id
from sync.deadlines import CHINA
from tests.device import Device
from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.e2e.test_case_life import of
from tests.e2e.test_main_job import with_notices
from tests.push_service import PushService
from tests.serving import Running, data_directory, qiaomen, running, serve, settle_town
from tests.town import PASSWORD, id_of

HEADER = "组织单元,姓名,重复,起止日期,开始,结束,类别\n"


@pytest.fixture(scope="module")
def rostered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small town with a roster: the mate is on duty these days, the worker has the nights to come."""
    today, day = datetime.now(CHINA).date(), timedelta(days=1)
    file = tmp_path_factory.mktemp("roster") / "值班表.csv"
    file.write_text(
        HEADER
        + f"garden-1,mate,每天,{today - day}至{today + day},00:00,24:00,\n"
        + f"garden-1,worker,每天,{today + 2 * day}至{today + 3 * day},22:00,06:00,延时服务\n",
        "utf-8",
    )
    with data_directory() as env:
        settle_town(env)
        assert "新增 5" in qiaomen(env, "import", "shifts", str(file))
        with serve(env, []) as town, running(env, "worker"):
            yield town


@pytest.fixture
def phones(
    playwright: Playwright, rostered: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    with lending(playwright, tmp_path, rostered.address) as hand_out:
        yield hand_out


def test_an_imported_roster_is_seen_on_the_phone_and_without_signal_as_well(
    phones: Callable[[], Handset],
) -> None:
    worker = phones()
    worker.sign_in("worker", PASSWORD)
    worker.wait_for_words("duty", "mine")
    # not opened before: what an exchange brought is there
    worker.lose_signal()
    worker.reopen()
    worker.open("/me")
    worker.page.get_by_role("link", name="我的值班").tap()
    worker.sees("没有信号，显示的是")
    grid = worker.page.get_by_role("article").filter(has_text="garden-1").first
    expect(grid).to_contain_text("mate")
    expect(worker.page.get_by_text("22:00–次日 06:00")).to_have_count(2)
    worker.sees("现在没有人值班，消息会发给负责人")
    expect(worker.page.get_by_role("button", name="找人顶班")).to_have_count(0)
    worker.find_signal()
    expect(worker.page.get_by_role("button", name="找人顶班")).to_have_count(2)
    worker.sees("刚刚取的值班表")


def test_once_a_shift_that_the_phone_knows_of_is_over_it_does_not_say_that_nobody_is_on_duty(
    phones: Callable[[], Handset],
) -> None:
    worker = phones()
    worker.page.clock.install()
    worker.sign_in("worker", PASSWORD)
    worker.wait_for_words("duty", "mine")
    worker.lose_signal()
    worker.page.goto("about:blank")
    worker.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=1))
    worker.open("/me/duty")
    worker.unlock()
    # the mate is on duty every day
    grid = worker.page.get_by_role("article").filter(has_text="garden-1").first
    expect(grid).to_contain_text("联网后才知道现在谁值班")


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)], ids=["fast", "slow"])
def test_by_a_clock_that_is_a_day_wrong_the_roster_is_as_it_is(
    phones: Callable[[], Handset], off: timedelta
) -> None:
    worker = phones()
    worker.page.clock.install()
    worker.page.clock.set_system_time(datetime.now(UTC) + off)
    worker.sign_in("worker", PASSWORD)
    worker.open("/me/duty")
    worker.sees("刚刚取的值班表")
    grid = worker.page.get_by_role("article").filter(has_text="garden-1").first
    expect(grid).to_contain_text("mate")
    expect(grid).to_contain_text("到 24:00")


def test_a_shift_changes_hands_when_the_colleague_who_was_asked_agrees(
    phones: Callable[[], Handset], push_service: PushService
) -> None:
    worker, leader = phones(), phones()
    worker.sign_in("worker", PASSWORD)
    with_notices(leader, push_service, "leader")
    worker.open("/me/duty")
    worker.page.get_by_role("button", name="找人顶班").first.tap()
    worker.tap("发给对方")
    worker.sees("请先选一位同事")
    worker.page.get_by_role("radio", name="leader").tap()
    worker.tap("发给对方")
    worker.sees("已请leader顶班，等答应")

    (asked,) = push_service.wait_for(1)
    leader.open("/")
    leader.page.get_by_role("link", name="消息，1 条未读", exact=True).wait_for()
    leader.deliver_push(asked.plaintext)
    leader.tap_notification()
    leader.page.wait_for_url("**/me/duty")
    leader.sees("worker请您顶这个班")
    leader.page.get_by_role("button", name="顶不了").tap()
    expect(leader.page.get_by_text("worker请您顶这个班")).to_be_hidden()

    leader.open("/")
    leader.page.get_by_role("link", name="消息", exact=True).wait_for()

    worker.open("/notices")
    worker.page.get_by_role("link", name="同事顶不了您的班").tap()
    worker.page.wait_for_url("**/me/duty")
    worker.sees("leader顶不了，还是您的班")
    worker.page.get_by_role("button", name="改请别人").tap()
    worker.page.get_by_role("radio", name="leader").tap()
    worker.tap("发给对方")
    worker.sees("已请leader顶班，等答应")

    leader.open("/me/duty")
    leader.page.get_by_role("button", name="我来顶").tap()
    leader.sees("好了，这个班归您了")
    expect(leader.page.get_by_text("22:00–次日 06:00")).to_have_count(1)

    worker.open("/me/duty")
    worker.sees("原来是您的班，现在由leader值")


def test_what_a_colleague_asks_stands_on_the_page_of_ones_duty_while_that_is_open(
    phones: Callable[[], Handset],
) -> None:
    leader, worker = of(phones, "leader", "/me/duty"), of(phones, "worker", "/me/duty")
    leader.sees("刚刚取的值班表")
    ask(worker, "leader")
    leader.sees("worker请您顶这个班")
    leader.page.get_by_role("button", name="顶不了").tap()
    worker.sees("leader顶不了，还是您的班")


def ask(worker: Handset, colleague: str) -> None:
    """Ask a colleague for the last shift, whoever was asked for it before."""
    worker.page.get_by_role("button", name=re.compile("找人顶班|改请别人")).last.tap()
    worker.page.get_by_role("radio", name=colleague).tap()
    worker.tap("发给对方")
    worker.sees(f"已请{colleague}顶班，等答应")


def test_who_says_yes_after_somebody_else_was_asked_reads_that_it_is_settled(
    phones: Callable[[], Handset],
) -> None:
    worker = of(phones, "worker", "/me/duty")
    ask(worker, "leader")
    leader = of(phones, "leader", "/me/duty")
    leader.sees("worker请您顶这个班")
    ask(worker, "mate")
    leader.page.get_by_role("button", name="我来顶").tap()
    leader.sees("这次换班已经有结果了")
    expect(leader.page.get_by_text("worker请您顶这个班")).to_be_hidden()


def test_the_way_to_ones_duty_says_at_once_that_a_colleague_waits_for_an_answer(
    phones: Callable[[], Handset],
) -> None:
    leader = of(phones, "leader")
    # kept before the colleague asks
    leader.wait_for_words("duty", "mine")
    ask(of(phones, "worker", "/me/duty"), "leader")
    leader.open("/me")
    way = leader.page.get_by_role("link", name="我的值班")
    expect(way).to_contain_text("1 个班请您顶")
    way.tap()
    leader.page.get_by_role("button", name="顶不了").tap()
    leader.tap("返回")
    expect(way).not_to_contain_text("请您顶")


def test_a_notice_goes_to_who_is_on_shift_and_not_to_the_leader(
    phones: Callable[[], Handset], rostered: Running, push_service: PushService
) -> None:
    mate, leader = phones(), phones()
    to_mate = with_notices(mate, push_service, "mate")
    with_notices(leader, push_service, "leader")
    secretary, case = Device(rostered.port, "secretary"), new_id()
    about = {"kind": "doorstep", "title": "楼道灯不亮", "dwelling_id": id_of("g1-101")}
    secretary.post(
        secretary.envelope(mutations=[secretary.mutation("case.open", id=case, **about)])
    )
    secretary.close()
    (received,) = push_service.wait_for(1)
    assert received.endpoint == to_mate["endpoint"]
    mate.deliver_push(received.plaintext)
    mate.tap_notification()
    mate.page.wait_for_url(f"**/cases/{case}")
