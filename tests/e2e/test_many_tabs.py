"""One phone with more than one tab, and a phone whose browser cleared what it kept."""

from collections.abc import Callable

from playwright.sync_api import Request, expect

from tests.e2e.handset import Handset
from tests.e2e.test_killed_browser import GRID, record
from tests.serving import PASSWORD, Running

PATIENCE = 60_000
"""For signing in, and for what one tab learns of another, on a machine that may be busy."""

CLEARED = """async (personal) => {
  const all = (await indexedDB.databases()).map(({ name }) => name)
  const names = all.filter((name) => name.startsWith(personal))
  for (const name of names) {
    const asked = indexedDB.deleteDatabase(name)
    await new Promise((done, failed) => { asked.onsuccess = done; asked.onerror = failed })
  }
  return names.length
}"""


def test_of_two_open_tabs_only_one_sends_what_was_saved_without_signal(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.sign_in(served.of_role("grid_worker", GRID)[2], PASSWORD)
    worker.find_dwelling("1-1-401")
    dwelling = worker.page.url.removeprefix(served.address)
    other = worker.context.new_page()
    other.goto(f"{served.address}{dwelling}")
    worker.unlock(other)
    expect(other.get_by_role("heading", name="民情日记")).to_be_visible(timeout=PATIENCE)
    sent: list[str] = []

    def watch(request: Request) -> None:
        if request.url.endswith("/api/v1/sync"):
            sent.append(request.post_data or "")

    worker.lose_signal()
    record(worker, dwelling, "两个窗口都开着")
    # not what was tried without signal, which may still be under way
    worker.context.on("requestfinished", watch)
    worker.find_signal()
    worker.wait_until_sent(PATIENCE)
    other.reload()
    for tab in (worker.page, other):
        expect(tab.get_by_text("两个窗口都开着")).to_have_count(1, timeout=PATIENCE)
    assert sum("两个窗口都开着" in body for body in sent) == 1


def test_a_tab_that_lies_idle_does_not_lock_the_one_that_somebody_types_in(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker = handset()
    worker.page.clock.install()
    worker.sign_in(served.of_role("grid_worker", GRID)[1], PASSWORD)
    worker.find_dwelling("1-1-401")
    idle = worker.context.new_page()
    idle.goto(f"{served.address}/")
    worker.unlock(idle)
    worker.page.bring_to_front()
    worker.tap("记走访")
    words = worker.page.get_by_label("说了什么")
    for said in ("写了四分钟", "又写了四分钟", "还没写完"):
        words.fill(said)
        worker.page.clock.fast_forward("04:00")
        for tab in (worker.page, idle):
            expect(tab.get_by_label("解锁密码", exact=True)).to_have_count(0)
    expect(words).to_have_value("还没写完")
    worker.page.clock.fast_forward("02:00")
    for tab in (worker.page, idle):
        expect(tab.get_by_label("解锁密码", exact=True)).to_be_visible()


def test_a_phone_whose_records_the_browser_cleared_says_so_and_starts_anew(
    handset: Callable[[], Handset], served: Running
) -> None:
    worker, name = handset(), served.of_role("grid_worker", GRID)[3]
    worker.sign_in(name, PASSWORD)
    worker.open("/icon.svg")
    assert worker.page.evaluate(CLEARED, "qiaomen-") == 1
    worker.open("/outbox")
    worker.sees("手机里的资料被系统清除过")
    worker.page.get_by_role("link", name="重新登录").tap()
    worker.page.get_by_label("用户名", exact=True).fill(name)
    worker.page.get_by_label("密码", exact=True).fill(PASSWORD)
    worker.tap("登录")
    expect(worker.page.get_by_role("button", name="知道了")).to_be_visible(timeout=PATIENCE)
    worker.page.get_by_role("button", name="知道了").tap()
    expect(worker.page.get_by_text("请核对最近的记录")).to_have_count(0)
    worker.find_dwelling("1-1-401")
