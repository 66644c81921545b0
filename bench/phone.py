"""The phone: Chromium at 360×800, its CPU slowed four times, without signal where that is the question."""

import statistics
import tempfile
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bench.report import print_row
from bench.speed import print_speed
from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running, server

RUNS = 7
SLOWER = 4

WATCH = """
// When the first link to a building stands on the screen, and when a save has been committed.
new MutationObserver((_changes, observer) => {
  if (!document.querySelector("a[href^='/buildings/']")) return
  requestAnimationFrame(() => { window.shownAt ??= performance.now() })
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })
addEventListener('click', () => { window.tappedAt = performance.now(); delete window.savedAt }, true)
const open = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = open.call(this, stores, mode, options)
  if (mode === 'readwrite' && [stores].flat().includes('outbox')) {
    transaction.addEventListener('complete', () => { window.savedAt ??= performance.now() })
  }
  return transaction
}
"""


FIRST = """
// When the first form stands on the screen.
new MutationObserver((_changes, observer) => {
  if (!document.querySelector('form input')) return
  window.firstAt = performance.now()
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })
"""

COUNT = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name)
  const db = await new Promise((resolve) => {
    const request = indexedDB.open(names.find((name) => name.startsWith('qiaomen-')))
    request.onsuccess = () => resolve(request.result)
  })
  return new Promise((resolve) => {
    const tags = db.transaction('bundle').objectStore('bundle').index('tags')
    const request = tags.count(IDBKeyRange.bound('dwelling#', 'dwelling$'))
    request.onsuccess = () => resolve(request.result)
  })
}"""


def measure() -> None:
    """Measure on a phone that holds a whole compound, and print the report."""
    profile = tempfile.TemporaryDirectory()
    with server("sqlite") as served, sync_playwright() as playwright, profile as folder:
        phone = Handset(playwright, Path(folder), served.address)
        _first_screen(phone, served)
        phone.lose_signal()
        starts = [_cold_start(phone) for _ in range(RUNS)]
        print_row(
            "phone: offline cold start to the lock, and from its PIN to the buildings of a compound",
            f"{statistics.median(starts):.0f}",
            "ms",
            "aim ≤ 1,500",
        )
        saves = [_save(phone, number) for number in range(RUNS)]
        what, figure = "phone: tap to durable save of a visit", statistics.median(saves)
        print_row(what, f"{figure:.0f}", "ms", "aim ≤ 50")
        print_speed("phone", phone.page)
        phone.close()


def _first_screen(phone: Handset, served: Running) -> None:
    phone.context.add_init_script(FIRST)
    phone.open("/")
    phone.wait_until("window.firstAt !== undefined")
    _print_code(
        phone, "phone: JS and CSS of the first screen, gzip", "startTime < firstAt", "aim ≤ 90"
    )
    phone.sign_in(secretary_of_most(served), PASSWORD)
    _print_code(phone, "phone: the same once signed in and synced", "true")
    homes = phone.page.evaluate(COUNT)
    print_row("phone: dwellings on it", str(homes), "dwellings")


def _print_code(phone: Handset, what: str, which: str, aim: str = "") -> None:
    """The code the page has asked for so far, as the server sends it."""
    asked: list[str] = phone.page.evaluate(
        "() => performance.getEntriesByType('resource')"
        f".filter(({{ startTime }}) => {which}).map(({{ name }}) => name)"
    )
    files = {url for url in asked if url.endswith((".js", ".css"))}
    print_row(what, f"{sum(map(_over_the_wire, files)) / 1000:.1f}", "kB", aim)


def secretary_of_most(served: Running) -> str:
    """The secretary of a compound of several grids, so that the phone holds 500 dwellings and more."""
    grids = Counter(a["unit_code"][:-2] for a in served.accounts if a["role"] == "grid_leader")
    return served.of_role("branch_secretary", grids.most_common(1)[0][0])[0]


def _over_the_wire(url: str) -> int:
    """The bytes of the file as a browser gets it."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", parts.path, headers={"Accept-Encoding": "gzip"})
    return len(connection.getresponse().read())


def slow(phone: Handset) -> None:
    """Make the phone as slow as a cheap one, until it is closed."""
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def _cold_start(phone: Handset) -> float:
    phone.close()
    phone.power_on()
    phone.context.add_init_script(WATCH)
    slow(phone)
    phone.open("/buildings")
    phone.page.get_by_label("解锁密码").wait_for()
    locked = float(phone.page.evaluate("performance.now()"))
    began = float(phone.page.evaluate("performance.now()"))
    phone.unlock()
    phone.wait_until("window.shownAt !== undefined")
    return locked + float(phone.page.evaluate("window.shownAt")) - began


def _save(phone: Handset, number: int) -> float:
    phone.open("/buildings")
    page = phone.page
    page.locator("a[href^='/buildings/']").first.tap()
    page.locator("a[href^='/dwellings/']").nth(number).tap()
    phone.tap("记走访")
    page.get_by_label("说了什么").fill("灯泡坏了")
    phone.tap("保存")
    page.wait_for_url("**/dwellings/*")
    return float(page.evaluate("window.savedAt - window.tappedAt"))
