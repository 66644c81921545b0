"""The phone's records: an outbox replayed over them, and many new ones taken in."""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bench.phone import RUNS, secretary_of_most, slow
from bench.report import print_row
from bench.storage import BARE, FILL, OUTBOX, RECORDS
from bench.unsent import LIKE, Row, entries
from tests.device import Device
from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running, server

UNSENT = sum(count for count, _ in LIKE.values())
PATCH = 10_000
PATCHES = 3
PAGE = 3_000
"""Of the bare writing, as the app asks for its records where the signal is good."""
OPERATIONS = """() => {
  const operationsIn = (body) => JSON.parse(new TextDecoder().decode(body)).patch.length
  return window.answers.reduce((sum, body) => sum + operationsIn(body), 0)
}"""
BATCH = 200
TURN_MS = 400
"""Long enough for the browser to tell of the blocks of what has just ended."""

WATCH = """
// When a dwelling's page has its records, how long each answer took from its arrival to the disk, and what
// blocked meanwhile.
window.blocks = []
window.taken = []
new PerformanceObserver((list) => window.blocks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: 'longtask' })
addEventListener('click', () => { window.tappedAt = performance.now(); delete window.shownAt }, true)
new MutationObserver(() => {
  if (location.pathname.startsWith('/dwellings/') && document.querySelector('main section h2')) {
    window.shownAt ??= performance.now()
  }
}).observe(document, { childList: true, subtree: true })
window.answers = []
window.isWhole = false
const read = Response.prototype.arrayBuffer
let answer = { arrived: 0, body: new ArrayBuffer(0) }
Response.prototype.arrayBuffer = async function () {
  const body = await read.call(this)
  if (this.url.endsWith('/sync')) answer = { body, arrived: performance.now() }
  return body
}
// Enough of an answer's end to say whether it is the last; reading all of it would block the screen as well.
const isLast = (body) => new TextDecoder().decode(body.slice(-16384)).includes('"more":false')
const open = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = open.call(this, stores, mode, options)
  if (mode === 'readwrite' && [stores].flat().includes('staged')) {
    const { arrived, body } = answer
    transaction.addEventListener('complete', () => {
      window.taken.push(performance.now() - arrived)
      window.answers.push(body)
      window.isWhole = isLast(body)
    })
  }
  return transaction
}
"""


def measure() -> None:
    """Measure on a phone that holds a whole compound, and print the report."""
    profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with server("sqlite") as served, sync_playwright() as playwright, profile as folder:
        phone = Handset(playwright, Path(folder), served.address)
        name = secretary_of_most(served)
        phone.sign_in(name, PASSWORD)
        phone.lose_signal()
        _outbox(phone)
        _deliver(phone)
        _patch(phone, served, name)
        phone.close()


def _outbox(phone: Handset) -> None:
    """The same page without an outbox and with one: what the outbox adds is the replay."""
    plain, _ = _taps(phone)
    held = _fill(phone)
    full, block = _taps(phone)
    print_row("phone: tap to a dwelling's records, nothing unsent", f"{plain:.0f}", "ms")
    print_row(f"phone: the same with {UNSENT} unsent", f"{full:.0f}", "ms")
    what = f"phone: replaying an outbox of {UNSENT} over {held:,} records"
    print_row(what, f"{full - plain:.0f}", "ms", "aim ≤ 100")
    print_row("phone: longest block of the screen meanwhile", f"{block:.0f}", "ms", "aim ≤ 100")


def _taps(phone: Handset) -> tuple[float, float]:
    """Tap from a building to its dwellings: milliseconds to the records, and the longest block."""
    _wake(phone, "/buildings")
    phone.page.locator("a[href^='/buildings/']").first.tap()
    # the first fetches the page's code
    runs = [_tap(phone, number) for number in range(RUNS + 1)][1:]
    return statistics.median(took for took, _ in runs), statistics.median(
        block for _, block in runs
    )


def _tap(phone: Handset, number: int) -> tuple[float, float]:
    home = phone.page.locator("a[href^='/dwellings/']").nth(number)
    home.wait_for()
    phone.page.wait_for_timeout(TURN_MS)
    phone.page.evaluate("() => { window.blocks.length = 0 }")
    home.tap()
    phone.wait_until("window.shownAt > window.tappedAt")
    took = float(phone.page.evaluate("window.shownAt - window.tappedAt"))
    phone.page.wait_for_timeout(TURN_MS)
    block = _longest(phone)
    phone.page.go_back()
    return took, block


def _longest(phone: Handset) -> float:
    """The longest task in milliseconds; browsers tell only of those above 50."""
    return float(phone.page.evaluate("Math.max(0, ...window.blocks)"))


def _wake(phone: Handset, path: str) -> None:
    """Open the app anew, on a slow phone that is watched."""
    phone.close()
    phone.power_on()
    phone.context.add_init_script(WATCH)
    slow(phone)
    phone.open(path)
    phone.unlock()
    phone.page.locator("main h1").wait_for()


def _fill(phone: Handset) -> int:
    """Put a day's outbox into the phone's storage; how many records it lies over."""
    phone.open("/icon.svg")
    records: list[Row] = phone.page.evaluate(RECORDS)
    phone.page.evaluate(FILL, entries(records))
    return len(records)


def _deliver(phone: Handset) -> None:
    """What was measured was a real outbox: the server takes all of it."""
    phone.close()
    phone.power_on()
    phone.find_signal()
    phone.open("/outbox")
    phone.unlock()
    expect(phone.page.get_by_text("全部已送达")).to_be_visible(timeout=120_000)
    outbox = phone.page.evaluate(OUTBOX)
    refused = [entry for entry in outbox if entry["state"] != "settled"]
    if len(outbox) != UNSENT or refused:
        raise RuntimeError(f"not taken by the server: {refused[:1]}")
    phone.lose_signal()


def _patch(phone: Handset, served: Running, name: str) -> None:
    """Many new records, page by page: from each answer's arrival to its being on the disk."""
    visitors = _visitors(served, name)
    runs = [_take_in(phone, visitors) for _ in range(PATCHES)]
    took, block = (statistics.median(figures) for figures in zip(*runs, strict=True))
    what = f"phone: taking in {PATCH:,} records, from arrival to the disk"
    print_row(what, f"{took:,.0f}", "ms", "aim ≤ 1,500")
    print_row("phone: longest block of the screen meanwhile", f"{block:.0f}", "ms", "aim ≤ 100")
    bare = statistics.median(phone.page.evaluate(BARE, [PATCH, PAGE]) for _ in range(PATCHES))
    print_row("phone: as many put into a bare IndexedDB, nothing else", f"{bare:,.0f}", "ms")


def _visitors(served: Running, name: str) -> list[tuple[Device, list[str]]]:
    """Phones of the compound's workers, and the dwellings of each."""
    unit = next(a["unit_code"] for a in served.accounts if a["username"] == name)
    devices = [Device(served.port, worker) for worker in served.of_role("grid_worker", unit)]
    return [(device, _homes(device)) for device in devices]


def _homes(device: Device) -> list[str]:
    _, operations = device.bring_down()
    device.close()
    return [op["id"] for op in operations if op["type"] == "dwelling"]


def _take_in(phone: Handset, visitors: list[tuple[Device, list[str]]]) -> tuple[float, float]:
    """Milliseconds of taking a patch in, and the longest block, with the page of the day open."""
    for number in range(PATCH // BATCH):
        device, homes = visitors[number % len(visitors)]
        visits = [
            visit for at in range(BATCH) for visit in device.visits(_nth(homes, number + at), 1)
        ]
        device.post(device.envelope(limit=1, mutations=visits))
        device.close()
    _wake(phone, "/")
    phone.page.wait_for_timeout(TURN_MS)
    phone.page.evaluate("() => { window.blocks.length = 0 }")
    phone.find_signal()
    phone.wait_until("window.isWhole", 120)
    phone.page.wait_for_timeout(TURN_MS)
    phone.lose_signal()
    took = float(phone.page.evaluate("window.taken.reduce((sum, one) => sum + one, 0)"))
    block = _longest(phone)
    if int(phone.page.evaluate(OPERATIONS)) < PATCH:
        raise RuntimeError("not all of the patch was measured")
    return took, block


def _nth(homes: list[str], number: int) -> str:
    return homes[number % len(homes)]
