"""A new version of the app arrives while somebody is at a door: it waits until the worker agrees."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import lending
from tests.e2e.gateway import Gateway, gateway
from tests.e2e.handset import Handset
from tests.e2e.test_killed_browser import kept, record, write
from tests.serving import Running
from tests.town import PASSWORD, id_of

NEWS = "有新版本，已写的内容不会丢。"
HOME = f"/dwellings/{id_of('g1-101')}"

RELOADED = 30_000
"""Milliseconds until a tab in the background is loaded anew, which a busy browser does last."""

INSTALL = """async () => {
  const { installing } = await navigator.serviceWorker.register('/sw.js')
  return new Promise((done) => installing.addEventListener('statechange', () => done(installing.state)))
}"""

REGISTERS = (
    "performance.getEntriesByType('resource').some(({ name }) => name.includes('workbox-window'))"
)
"""Whether the page has what registers its service worker."""


@pytest.fixture
def front(town: Running) -> Iterator[Gateway]:
    with gateway(town.port) as front:
        yield front


@pytest.fixture
def worker(playwright: Playwright, front: Gateway, tmp_path: Path) -> Iterator[Handset]:
    """A worker's phone, which may be handed a newer app."""
    with lending(playwright, tmp_path, front.address) as hand_out:
        yield hand_out()


def release(front: Gateway, phone: Handset) -> None:
    """The server has another version from now on, and the phone looks."""
    front.appended["/sw.js"] = b"// newer"
    phone.page.evaluate("async () => void (await navigator.serviceWorker.ready).update()")


def test_a_new_version_in_mid_visit_waits_for_a_tap_and_loses_neither_draft_nor_outbox(
    worker: Handset, front: Gateway, town: Running
) -> None:
    worker.sign_in("worker", PASSWORD)
    worker.context.route("**/api/**", lambda route: route.abort())
    record(worker, HOME, "更新前已存")
    write(worker, HOME, "更新前写到一半")
    release(front, worker)
    worker.sees(NEWS)
    worker.page.get_by_label("说了什么").fill("更新前写到一半，接着写")
    worker.wait_for_draft("接着写")
    worker.tap("现在更新")
    worker.sees("已恢复上次没写完的内容")
    expect(worker.page.get_by_label("说了什么")).to_have_value("更新前写到一半，接着写")
    expect(worker.page.get_by_text(NEWS)).to_have_count(0)

    worker.context.unroute("**/api/**")
    worker.open("/outbox")
    worker.sees("全部已送达")
    assert kept(town, ["更新前已存"]) == ["更新前已存"]


def test_a_new_version_nobody_agreed_to_is_there_when_the_app_is_next_opened(
    worker: Handset, front: Gateway
) -> None:
    worker.sign_in("worker", PASSWORD)
    worker.context.route("**/api/**", lambda route: route.abort())
    write(worker, HOME, "没点更新就收工")
    form = worker.page.url.removeprefix(front.address)
    release(front, worker)
    worker.sees(NEWS)
    worker.close()
    worker.come_back(form)
    worker.sees("已恢复上次没写完的内容")
    expect(worker.page.get_by_label("说了什么")).to_have_value("没点更新就收工")
    expect(worker.page.get_by_text(NEWS)).to_have_count(0)


def test_a_page_that_a_server_of_another_version_handed_out_is_not_kept_with_these_files(
    worker: Handset, front: Gateway
) -> None:
    front.appended["/index.html"] = b"<!-- of another version -->"
    worker.open("/")
    assert worker.page.evaluate(INSTALL) == "redundant"
    front.appended.clear()
    assert worker.page.evaluate(INSTALL) == "installed"


def test_a_page_where_one_signs_in_to_the_network_is_not_kept_as_a_file_of_the_app(
    worker: Handset, front: Gateway
) -> None:
    front.portals.add("/assets/CasesPage")
    worker.open("/")
    assert worker.page.evaluate(INSTALL) == "redundant"
    front.portals.clear()
    assert worker.page.evaluate(INSTALL) == "installed"
    worker.sign_in("worker", PASSWORD)
    worker.open("/cases")
    expect(worker.page.get_by_role("heading", level=1)).to_have_text("事项")


def test_an_installation_that_something_on_the_way_spoiled_is_made_once_the_signal_is_back(
    worker: Handset, front: Gateway
) -> None:
    front.portals.add("/assets/CasesPage")
    worker.open("/")
    worker.wait_until(REGISTERS)
    assert worker.page.evaluate(INSTALL) == "redundant"
    front.portals.clear()
    worker.context.set_offline(True)
    worker.context.set_offline(False)
    worker.wait_until("navigator.serviceWorker.controller !== null")


def test_the_tab_of_the_first_visit_moves_on_too_when_somebody_agrees_in_another(
    worker: Handset, front: Gateway
) -> None:
    worker.sign_in("worker", PASSWORD)
    worker.tap("记走访")
    worker.page.get_by_label("说了什么").fill("登录的那个窗口里写到一半")
    worker.wait_for_draft("登录的那个窗口里写到一半")
    app = worker.context.new_page()
    app.goto(f"{front.address}/")
    worker.unlock(app)
    release(front, worker)
    app.get_by_role("button", name="现在更新", exact=True).tap()
    expect(worker.page.get_by_text(NEWS)).to_have_count(0, timeout=RELOADED)
    written = worker.page.get_by_label("说了什么")
    expect(written).to_have_value("登录的那个窗口里写到一半", timeout=RELOADED)
