"""A day on a full phone, its CPU slowed four times and without signal; and the first sync of a grid."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, expect, sync_playwright

from bench import community
from bench.phone import RUNS, WATCH, slow
from bench.report import print_row
from bench.speed import print_speed
from tests.e2e.handset import CHOOSING, PIN, Handset
from tests.serving import data_directory, serve, settle_town
from tests.town import PASSWORD

SLOW_4G = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""Milliseconds and bytes a second, as Lighthouse has it."""
PATIENCE = 600_000
KEYS = 150
"""Milliseconds from one key of a thumb to the next: faster than most."""
LOOK = 1
"""Seconds for which somebody looks at a page before they touch it."""

SEEN = "seen"

SHOWN = f"""
// When what is waited for stands on the screen, painted; first of all the field of the lock. It is said, for
// a browser that is asked questions meanwhile is the slower for it.
window.wanted = 'form input'
new MutationObserver(() => {{
  if (!window.wanted || !document.querySelector(window.wanted)) return
  window.wanted = null
  requestAnimationFrame(() => {{
    window.seenAt = performance.now()
    console.log('{SEEN}')
  }})
}}).observe(document, {{ childList: true, subtree: true, characterData: true, attributes: true }})
for (const kind of ['click', 'input']) {{
  addEventListener(kind, () => {{ window.doneAt = performance.now() }}, true)
}}
"""


def measure() -> None:
    """Measure, and print the report."""
    with data_directory() as env:
        settle_town(env)
        print_row("day: records of the community", f"{community.fill(env):,}", "records")
        with serve(env, []) as served, sync_playwright() as playwright:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                _full_phone(Handset(playwright, Path(folder), served.address))
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                _first_sync(Handset(playwright, Path(folder), served.address))


def _full_phone(phone: Handset) -> None:
    phone.open("/")
    phone.enter_password("community-secretary", PASSWORD)
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=PATIENCE)
    phone.wait_until("navigator.serviceWorker.controller !== null")
    phone.lose_signal()
    figures: dict[str, tuple[list[float], str]] = {
        "offline cold start to the lock": ([], ""),
        "from the PIN's last figure to a usable Today": ([], "aim ≤ 1,200 in all"),
        "tap to durable save of a visit": ([], "aim ≤ 50"),
        "opening a dwelling": ([], "aim ≤ 150"),
        f"matrix of {community.TOWER_FLOORS * community.TOWER_ROOMS} rooms": ([], "aim ≤ 200"),
        "search by the initials of a name": ([], "aim ≤ 50"),
        "the same as the first thing after opening the app": ([], "aim ≤ 50"),
    }
    for number in range(RUNS):
        took = _round(phone, number)
        for (runs, _), one in zip(figures.values(), took, strict=True):
            runs.append(one)
    for what, (runs, aim) in figures.items():
        print_row(f"day: {what}", f"{statistics.median(runs):.0f}", "ms", aim)
    print_speed("day", phone.page)
    phone.close()


def _round(phone: Handset, number: int) -> list[float]:
    """Each figure once, in the order of a day."""
    locked, unlocked = _cold_start(phone)
    matrix = _matrix(phone)
    home = phone.page.locator("a[href^='/dwellings/']").nth(number)
    dwelling = _until(phone, "main section h2", _touching(phone, home))
    phone.tap("记走访")
    phone.page.get_by_label("说了什么").fill("灯泡坏了")
    time.sleep(LOOK)
    phone.tap("保存")
    phone.page.wait_for_url("**/dwellings/*")
    saved = float(phone.page.evaluate("window.savedAt - window.tappedAt"))
    later = _search(phone)
    _cold_start(phone)
    return [locked, unlocked, saved, dwelling, matrix, later, _search(phone)]


def _cold_start(phone: Handset) -> tuple[float, float]:
    phone.close()
    phone.power_on()
    phone.context.add_init_script(WATCH + SHOWN)
    slow(phone)
    with _seeing(phone):
        phone.open("/")
    locked = float(phone.page.evaluate("window.seenAt"))
    field = phone.page.get_by_label("解锁密码", exact=True)
    # A thumb takes its time, which the app makes use of. Today is usable once it has its sections
    return locked, _until(
        phone, "main .section li", lambda: field.press_sequentially(PIN, delay=KEYS)
    )


def _until(phone: Handset, wanted: str, act: Callable[[], None]) -> float:
    """Milliseconds from what is done in the page to its effect on the screen."""
    time.sleep(LOOK)
    phone.page.evaluate("(wanted) => { window.wanted = wanted; window.seenAt = undefined }", wanted)
    with _seeing(phone):
        act()
    return float(phone.page.evaluate("window.seenAt - window.doneAt"))


@contextmanager
def _seeing(phone: Handset) -> Iterator[None]:
    with phone.page.expect_console_message(lambda said: said.text == SEEN, timeout=60_000):
        yield


def _touching(phone: Handset, thing: Locator) -> Callable[[], None]:
    """A touch in the middle of it, and nothing asked of the page around it."""
    thing.scroll_into_view_if_needed()
    box = thing.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return lambda: phone.page.touchscreen.tap(x, y)


def _matrix(phone: Handset) -> float:
    phone.page.get_by_role("link", name="楼栋").tap()
    tower = phone.page.get_by_text(community.TOWER).first
    return _until(phone, "a[href^='/dwellings/']", _touching(phone, tower))


def _search(phone: Handset) -> float:
    """Among all that is on the phone."""
    time.sleep(LOOK)
    phone.page.get_by_role("link", name="今日").tap()
    phone.page.get_by_role("link", name="查找").tap()
    box = phone.page.get_by_role("searchbox")
    box.wait_for()
    return _until(phone, "a[href^='/dwellings/']", lambda: box.fill("lj"))


def _first_sync(phone: Handset) -> None:
    """A worker's first day on slow 4G: from the PIN that was chosen to everything of the grid."""
    phone.open("/sign-in")
    phone.enter_password("harbour-worker", PASSWORD)
    phone.page.get_by_label(CHOOSING[0], exact=True).wait_for()
    session = phone.context.new_cdp_session(phone.page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **SLOW_4G})
    began = time.monotonic()
    phone.choose_pin()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=PATIENCE)
    took = time.monotonic() - began
    print_row(
        "day: first sync of a grid of 340 dwellings on slow 4G", f"{took:.1f}", "s", "aim ≤ 5"
    )
    phone.close()
