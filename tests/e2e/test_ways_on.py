"""No dead ends: what was refused, and what nothing opens any more, leads on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.steps import misheard
from tests.e2e.test_case_life import of
from tests.e2e.test_conflict import everything_is_sent
from tests.e2e.test_killed_browser import kept, record
from tests.serving import Running
from tests.town import PASSWORD, id_of

LOSE_KEY = """async () => {
  const whenDone = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result) })
  const db = await whenDone(indexedDB.open('qiaomen'))
  const table = () => db.transaction('lock', 'readwrite').objectStore('lock')
  const [lock] = await whenDone(table().getAll())
  const lost = { ...lock, pin: null, session: null, escrow: new Uint8Array(200).buffer }
  await whenDone(table().put(lost))
  db.close()
}"""
"""The PIN is forfeited, and the key is encrypted to a server that this one is not."""


COUNT_NOTHING = """() => {
  window.count = IDBIndex.prototype.count
  IDBIndex.prototype.count = () => { throw new DOMException('no counting', 'DataError') }
}"""
"""The browser's storage fails in a way nobody foresaw."""


@pytest.fixture
def worker(new_phone: Callable[[], Handset]) -> Handset:
    """A signed-in phone in the small town, at a dwelling."""
    phone = new_phone()
    phone.sign_in("worker", PASSWORD)
    phone.find_dwelling("101")
    return phone


def test_a_visit_that_was_refused_is_not_corrected_in_vain_but_sent_again_from_the_outbox(
    worker: Handset, town: Running
) -> None:
    dwelling, words = worker.page.url.removeprefix(town.address), "送了两次才成"
    worker.context.route("**/api/v1/sync", misheard)
    record(worker, dwelling, words)
    worker.sees("没办成")
    worker.context.unroute("**/api/v1/sync")
    visit = worker.page.get_by_role("article").filter(has_text=words)
    visit.get_by_role("link", name="修改走访").tap()
    worker.sees("这条走访没有办成")
    worker.page.get_by_role("link", name="去待发送").tap()
    worker.page.get_by_role("link", name="改了再送").tap()
    expect(worker.page.get_by_label("说了什么")).to_have_value(words)
    worker.tap("保存")
    worker.page.wait_for_url("**/outbox")
    everything_is_sent(worker)
    assert kept(town, [words]) == [words]


def test_who_can_not_open_what_is_theirs_takes_along_what_was_not_sent_and_begins_anew(
    worker: Handset, town: Running
) -> None:
    worker.lose_signal()
    record(worker, worker.page.url.removeprefix(town.address), "打不开的一条")
    worker.open("/icon.svg")
    worker.page.evaluate(LOSE_KEY)
    worker.open("/sign-in")
    worker.find_signal()
    worker.enter_password("worker", PASSWORD)
    worker.sees("这部手机上的资料是给另一台服务器加密的")
    worker.sees("还有 1 条没送出")
    with worker.page.expect_download() as download:
        worker.tap("导出")
    assert download.value.suggested_filename.endswith(".qiaomen")
    worker.tap("清空后重新开始")
    worker.tap("清空并登录")
    worker.choose_pin()
    worker.sees("手机里的资料被系统清除过")
    worker.find_dwelling("101")


def test_signing_out_says_so_where_what_waits_can_not_be_counted_and_works_once_it_can(
    worker: Handset,
) -> None:
    worker.open("/me")
    worker.page.evaluate(COUNT_NOTHING)
    worker.tap("退出登录")
    worker.sees("再登录要有网络")
    worker.sees("出了点问题，请再试一次")
    worker.page.evaluate("() => { IDBIndex.prototype.count = window.count }")
    worker.page.get_by_role("dialog").get_by_role("button", name="退出登录").tap()
    worker.page.wait_for_url("**/sign-in*")
    # the faults stand in the browser's log, as they should
    worker.problems.clear()


@pytest.mark.parametrize("username", ["auditor", "plumber", "officer"])
def test_who_sees_no_household_is_told_so_and_offered_no_form_that_would_be_refused(
    new_phone: Callable[[], Handset], username: str
) -> None:
    phone = new_phone()
    phone.sign_in(username, PASSWORD)
    phone.sees("没有等您办的事")
    for offered in ("记走访", "登记事项", "有事找支部"):
        expect(phone.page.get_by_role("button", name=offered)).to_have_count(0)
    expect(phone.page.get_by_role("heading", name="该走访的户")).to_have_count(0)
    expect(phone.page.get_by_role("link", name="民情日记")).to_have_count(0)
    phone.page.get_by_role("link", name="楼栋").tap()
    phone.sees("您的岗位不看住户资料")
    phone.page.get_by_role("link", name="查找").tap()
    phone.sees("这里只能找事项")
    expect(phone.page.get_by_role("searchbox", name="事项标题或编号", exact=True)).to_be_visible()
    phone.page.get_by_role("link", name="事项").tap()
    expect(phone.page.get_by_role("button", name="登记事项")).to_have_count(0)


def test_who_is_told_to_sign_in_again_can_do_so_there_and_goes_on(
    new_phone: Callable[[], Handset],
) -> None:
    phone = of(new_phone, "harbour-secretary", "/me/held")
    phone.sees("没有要您决定的")
    phone.context.clear_cookies()
    phone.open("/me/held")
    phone.sees("登录已过期，请重新登录")
    phone.page.get_by_role("link", name="重新登录").tap()
    phone.enter_password("harbour-secretary", PASSWORD)
    phone.page.wait_for_url("**/me/held")
    phone.sees("没有要您决定的")


def test_a_page_about_a_household_that_is_not_on_the_phone_does_not_say_that_it_opens(
    new_phone: Callable[[], Handset],
) -> None:
    phone = of(new_phone, "worker", f"/dwellings/{id_of('n1-101')}")
    phone.sees("手机上没有这条记录")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("没有找到")
