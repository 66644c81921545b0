"""`make screens`: a picture of every screen of the real app, light, dark and in large text."""

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e.handset import SMALL, Handset
from tests.serving import PASSWORD, server

GRID = "3706020030010101"
GAP = 24


def first(page: Page, kind: str) -> str:
    """The path of the first link of a kind on this page."""
    link = page.locator(f"a[href^='/{kind}/']").first
    link.wait_for()
    return link.get_attribute("href") or ""


def walk(phone: Handset, folder: Path, look: str) -> None:
    """Go through every screen and keep a picture of each."""
    page = phone.page
    phone.open("/buildings")
    building = first(page, "buildings")
    phone.open(building)
    dwelling = first(page, "dwellings")
    phone.open("/cases")
    case = first(page, "cases")
    screens = {
        "today": "/",
        "buildings": "/buildings",
        "building": building,
        "dwelling": dwelling,
        "visit": f"/visits/new?dwelling={dwelling.rpartition('/')[2]}",
        "cases": "/cases",
        "case": case,
        "case-form": f"/cases/new?dwelling={dwelling.rpartition('/')[2]}&kind=branch",
        "search": "/search",
        "outbox": "/outbox",
        "me": "/me",
    }
    for name, path in screens.items():
        phone.open(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{look}.png")


def main() -> None:
    """Serve a demo and picture it into the folder given."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    profile = tempfile.TemporaryDirectory()
    with server("sqlite") as served, sync_playwright() as playwright, profile as storage:
        phone = Handset(playwright, Path(storage), served.address)
        phone.open("/")
        phone.page.get_by_label("用户名", exact=True).wait_for()
        phone.page.screenshot(path=folder / "sign-in-light.png")
        phone.sign_in(served.of_role("grid_worker", GRID)[0], PASSWORD)
        walk(phone, folder, "light")
        phone.page.emulate_media(color_scheme="dark")
        walk(phone, folder, "dark")
        phone.page.emulate_media(color_scheme="light")
        phone.open("/me")
        phone.page.get_by_role("switch", name="大字").tap()
        walk(phone, folder, "large")
        phone.close()
    overview(folder)


def overview(folder: Path) -> None:
    """The picture of the README: four screens side by side."""
    names = ("today", "building", "dwelling", "case")
    pictures = [Image.open(folder / f"{name}-light.png") for name in names]
    sheet = Image.new("RGB", (len(names) * (SMALL["width"] + GAP), SMALL["height"]), "white")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place * (SMALL["width"] + GAP), 0))
    sheet.save(folder / "overview.png", optimize=True)


if __name__ == "__main__":
    main()
