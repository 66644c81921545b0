"""Two people share a phone: neither sees, nor sends, what is the other's."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_conflict import everything_is_sent
from tests.e2e.test_killed_browser import kept, record, write
from tests.e2e.test_main_job import sent_by
from tests.push_service import PushService
from tests.serving import Running
from tests.town import PASSWORD, id_of

FIRST, SECOND = "worker", "second-worker"
SUBSCRIBED = "SELECT endpoint, username FROM person JOIN push_subscription ON person.id = person_id"
HAS_SUBSCRIPTION = """async () => {
  const { pushManager } = await navigator.serviceWorker.ready
  return (await pushManager.getSubscription()) !== null
}"""
SAID, TYPED = "只有前一个人看得到", "前一个人写到一半"


@pytest.fixture
def phone(new_phone: Callable[[], Handset], town: Running, push_service: PushService) -> Handset:
    """A phone with notices on, a draft, and a visit that was not sent, whose owner signs out."""
    phone = new_phone()
    phone.subscribe_at(push_service.new_subscription())
    phone.sign_in(FIRST, PASSWORD)
    phone.open("/me")
    phone.page.get_by_role("switch", name="消息提醒").tap()
    expect(phone.page.get_by_role("switch", name="消息提醒")).to_be_checked()
    phone.find_dwelling("101")
    dwelling = phone.page.url.removeprefix(town.address)
    phone.lose_signal()
    record(phone, dwelling, SAID)
    write(phone, dwelling, TYPED)
    phone.open("/me")
    phone.tap("退出登录")
    phone.sees("有 1 条还没送到服务器")
    phone.page.get_by_role("dialog").get_by_role("button", name="仍要退出").tap()
    phone.page.get_by_role("dialog").get_by_role("button", name="确定退出，不等发送").tap()
    phone.page.wait_for_url("**/sign-in*")
    return phone


def test_who_signs_in_after_another_finds_nothing_of_theirs_and_sends_nothing_of_it(
    phone: Handset, town: Running
) -> None:
    before = sent_by(town, SECOND)
    phone.find_signal()
    phone.enter_password(SECOND, PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    phone.open("/me")
    expect(phone.page.get_by_role("switch", name="消息提醒")).not_to_be_checked()
    phone.page.get_by_role("switch", name="消息提醒").tap()
    expect(phone.page.get_by_role("switch", name="消息提醒")).to_be_checked()
    assert {FIRST, SECOND} & set(subscribed(town).values()) == {SECOND}
    for path in ("/", "/diary?whose=whole", "/outbox", f"/visits/new?dwelling={id_of('g1-101')}"):
        phone.open(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        for words in (SAID, TYPED):
            expect(phone.page.get_by_text(words)).to_have_count(0)
    phone.open("/search")
    phone.page.get_by_role("searchbox").fill("101")
    hits = phone.page.locator("a[href^='/dwellings/']")
    expect(hits).to_have_count(1)
    assert (hits.get_attribute("href") or "").endswith(id_of("g2-101"))
    everything_is_sent(phone)
    assert sent_by(town, SECOND) == before
    assert kept(town, [SAID]) == []


def test_who_comes_back_to_a_phone_that_another_used_finds_and_sends_all_of_theirs(
    phone: Handset, town: Running
) -> None:
    phone.find_signal()
    phone.enter_password(SECOND, PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    phone.open("/me")
    phone.tap("退出登录")
    phone.page.get_by_role("dialog").get_by_role("button", name="退出登录").tap()
    phone.enter_password(FIRST, PASSWORD)
    expect(phone.page.get_by_label("密码", exact=True)).to_be_hidden()
    everything_is_sent(phone)
    assert kept(town, [SAID]) == [SAID]
    phone.find_dwelling("101")
    phone.tap("记走访")
    expect(phone.page.get_by_label("说了什么")).to_have_value(TYPED)


def test_who_signs_in_on_a_phone_that_another_locked_gets_none_of_the_other_s_notices(
    new_phone: Callable[[], Handset], town: Running, push_service: PushService
) -> None:
    phone, subscription = new_phone(), push_service.new_subscription()
    phone.subscribe_at(subscription)
    phone.sign_in(FIRST, PASSWORD)
    phone.open("/me")
    switch = phone.page.get_by_role("switch", name="消息提醒")
    switch.tap()
    expect(switch).to_be_checked()
    phone.open("/me")
    expect(switch).to_be_checked()
    phone.deliver_push(b'{"kind": "case_arrived", "case_id": "c1", "urgency": "normal"}')
    assert len(phone.notifications()) == 1
    phone.find_dwelling("101")
    phone.lose_signal()
    record(phone, phone.page.url.removeprefix(town.address), "锁上时还没送出")
    phone.open("/me")
    phone.tap("现在锁上")
    phone.sees("您没送出的 1 条留在这部手机上")
    phone.page.get_by_role("link", name="换个人登录").tap()
    phone.find_signal()
    phone.enter_password(SECOND, PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    assert phone.notifications() == []
    assert phone.page.evaluate(HAS_SUBSCRIPTION) is False
    phone.open("/me")
    expect(switch).not_to_be_checked()
    switch.tap()
    expect(switch).to_be_checked()
    assert subscribed(town)[subscription["endpoint"]] == SECOND


def test_who_goes_back_on_a_phone_that_another_used_finds_no_words_of_theirs(
    new_phone: Callable[[], Handset],
) -> None:
    phone = new_phone()
    phone.sign_in(FIRST, PASSWORD)
    phone.page.get_by_role("link", name="查找").tap()
    field = phone.page.get_by_role("searchbox")
    field.fill("张三")
    phone.page.locator(f"a[href='/dwellings/{id_of('g1-101')}']").tap()
    door = phone.page.get_by_role("heading", level=1)
    expect(door).to_contain_text("1-101")
    # written into the browser's own history, where no lock stands before it
    assert "1-101" not in phone.page.title()
    phone.page.get_by_role("link", name="我的").tap()
    phone.tap("退出登录")
    phone.page.get_by_role("dialog").get_by_role("button", name="退出登录").tap()
    phone.page.wait_for_url("**/sign-in*")
    phone.enter_password(SECOND, PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=60_000)
    while not phone.page.url.endswith("/search"):
        phone.page.go_back()
    expect(field).to_have_value("")


def test_who_signs_in_goes_back_to_no_words_of_another_who_signed_out_in_another_tab(
    new_phone: Callable[[], Handset], town: Running
) -> None:
    phone = new_phone()
    phone.sign_in(FIRST, PASSWORD)
    other = phone.context.new_page()
    other.goto(f"{town.address}/me")
    phone.unlock(other)
    phone.page.get_by_role("link", name="查找").tap()
    field = phone.page.get_by_role("searchbox")
    field.fill("张三")
    phone.page.locator(f"a[href='/dwellings/{id_of('g1-101')}']").tap()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("1-101")
    other.get_by_role("button", name="退出登录").tap()
    other.get_by_role("dialog").get_by_role("button", name="退出登录").tap()
    phone.page.bring_to_front()
    phone.enter_password(SECOND, PASSWORD)
    phone.choose_pin()
    while not phone.page.url.endswith("/search"):
        phone.page.go_back()
    expect(field).to_have_value("")


def subscribed(town: Running) -> dict[str, str]:
    """Where the server would push to, and whom."""
    database = connect(Path(town.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        return dict(database.execute(SUBSCRIBED).fetchall())
