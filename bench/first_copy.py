"""A new phone's first copy of a grid and a year of its visits over slow 4G, from the PIN on."""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.report import print_row
from tests.e2e.handset import Handset
from tests.e2e.slow_network import SLOW_4G, SlowNetwork
from tests.serving import PASSWORD, server
from tests.year import have_a_year

GRID = "3706020030010101"


def measure() -> None:
    """Measure one phone that has the app itself already, and print the report."""
    profile = tempfile.TemporaryDirectory()
    with server("sqlite") as served, sync_playwright() as playwright, profile as folder:
        author, newcomer = served.of_role("grid_worker", GRID)[:2]
        have_a_year(served, author)
        phone = Handset(playwright, Path(folder), served.address)
        phone.open("/")
        phone.wait_until("navigator.serviceWorker.controller !== null")
        SlowNetwork(phone.page, SLOW_4G)
        phone.enter_password(newcomer, PASSWORD)
        phone.choose_pin()
        began = time.perf_counter()
        phone.page.get_by_role("link", name="楼栋").tap()
        phone.page.locator("a[href^='/buildings/']").first.wait_for(timeout=60_000)
        _print("phone: first copy over slow 4G, from the PIN to the buildings", began, "aim ≤ 5")
        phone.page.get_by_role("link", name="今日").tap()
        phone.page.get_by_text("全部已送达").wait_for(timeout=120_000)
        _print("phone: the same, to the last of 1,500 visits", began)
        phone.close()


def _print(what: str, began: float, aim: str = "") -> None:
    print_row(what, f"{time.perf_counter() - began:.1f}", "s", aim)
