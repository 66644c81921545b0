"""`make screens`: a picture of every screen of the real app, light, dark and in large text."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import CDPSession, Page, Playwright, ViewportSize, sync_playwright

from tests.e2e.authenticator import Authenticator
from tests.e2e.handset import CHOOSING, CHROMIUM, PIN, SMALL, SWITCHES, Handset
from tests.e2e.inspecting import close_sheet
from tests.e2e.pictured import GRID, news_for, receipt_for
from tests.e2e.states import STATES, State
from tests.serving import PASSWORD, running, server

GAP = 24
LOOKS = ("light", "dark", "large")
Keep = Callable[[State], None]


def first(page: Page, kind: str, but: str = "") -> str:
    """The path of the first link of a kind on this page that has no such words."""
    links = page.locator(f"a[href^='/{kind}/']")
    link = (links.filter(has_not_text=but) if but else links).first
    link.wait_for()
    return link.get_attribute("href") or ""


def paths(phone: Handset, news: dict[str, str]) -> dict[str, str]:
    """Every page by name, at records that the demo has, and where there is news."""
    page = phone.page
    phone.open("/buildings")
    building = first(page, "buildings")
    phone.open(building)
    dwelling = first(page, "dwellings")
    phone.open("/cases")
    case = first(page, "cases", but="吹哨叫您")
    phone.open("/diary")
    phone.open(first(page, "dwellings"))
    home = dwelling.rpartition("/")[2]
    return {
        "today": "/",
        "buildings": "/buildings",
        "building": building,
        "dwelling": dwelling,
        "visit": f"/visits/new?dwelling={home}",
        "visit-anywhere": "/visits/new",
        "visit-correct": first(page, "visits"),
        "cases": "/cases",
        "case": case,
        **news,
        "case-form": f"/cases/new?dwelling={home}&kind=branch",
        "search": "/search",
        "diary": "/diary?whose=whole",
        "notices": "/notices",
        "outbox": "/outbox",
        "rescue": "/rescue",
        "me": "/me",
        "duty": "/me/duty",
        "deadlines": "/me/deadlines",
        "held": "/me/held",
        "phones": "/me/phones",
        "channels": "/me/channels",
        "devices": "/devices",
        "install": "/install",
        "missing": "/nowhere",
    }


def walk_in(phone: Handset, name: str, keep: Keep) -> None:
    """Sign in on a new phone, and keep what is to be seen on the way."""
    phone.open("/")
    phone.page.get_by_label("用户名", exact=True).wait_for()
    keep(State("sign-in", "sign-in"))
    phone.enter_password(name, PASSWORD)
    for label, screen in zip(CHOOSING, ("pin-choose", "pin-again"), strict=True):
        field = phone.page.get_by_label(label, exact=True)
        field.wait_for()
        keep(State(screen, "sign-in"))
        field.fill(PIN)
    phone.await_first_copy()


def walk(phone: Handset, pages: dict[str, str], keep: Keep) -> None:
    """Go through everything there is to see on a phone with an authenticator, and keep what one wants."""
    here = ""
    for state in STATES:
        if state.page != here:
            phone.open(pages[state.page])
            phone.page.wait_for_load_state("networkidle")
        for step in state.steps:
            step(phone)
        keep(state)
        as_it_was = close_sheet(phone.page) or not state.steps
        for step in state.after:
            step(phone)
        here = state.page if as_it_was and not state.after else ""


def look_at(page: Page, look: str) -> None:
    """Turn to this look, as the phone and the switch of the app do."""
    _turn(page, look)
    large = look == "large"
    page.evaluate("(on) => document.documentElement.classList.toggle('large', on)", large)


def _turn(page: Page, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")


def enlarge(session: CDPSession, scale: float = 1) -> None:
    """Have text so much larger than usual, as the phone itself is set."""
    session.send("Emulation.setEmulatedOSTextScale", {"scale": scale})


def picture(page: Page, folder: Path, state: State) -> None:
    """This state in every look, into this folder."""
    for look in LOOKS:
        look_at(page, look)
        if state.at:
            state.at(page).scroll_into_view_if_needed()
        page.screenshot(path=folder / f"{state.name}-{look}.png")
    look_at(page, "light")


def picture_receipt(playwright: Playwright, folder: Path, link: str) -> None:
    """What a resident sees who scans it; large is as their own phone is set."""
    with closing(playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)) as browser:
        screen = ViewportSize(width=SMALL["width"], height=SMALL["height"])
        page = browser.new_page(viewport=screen, locale="zh-CN")
        page.goto(link)
        session = page.context.new_cdp_session(page)
        for look in LOOKS:
            _turn(page, look)
            enlarge(session, 1.3 if look == "large" else 1)
            page.screenshot(path=folder / f"receipt-{look}.png")


def main() -> None:
    """Serve a demo and picture it into the folder given: each screen as one sheet, light, dark and large."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with (
        server("sqlite") as served,
        running(served.env, "worker"),
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as storage,
        tempfile.TemporaryDirectory() as single,
    ):
        phone = Handset(playwright, Path(storage), served.named_address)
        Authenticator(phone.page)
        (leader,) = served.of_role("grid_leader", GRID)
        news = news_for(served, leader)
        keep = partial(picture, phone.page, Path(single))
        walk_in(phone, leader, keep)
        walk(phone, paths(phone, news), keep)
        phone.close()
        link = served.address + receipt_for(served, leader)
        picture_receipt(playwright, Path(single), link)
        pictured = sorted({path.stem.rpartition("-")[0] for path in Path(single).iterdir()})
        for name in pictured:
            sheet([Path(single) / f"{name}-{look}.png" for look in LOOKS], folder / f"{name}.png")
        shown = ("today", "building", "dwelling", "case")
        sheet([Path(single) / f"{name}-light.png" for name in shown], folder / "overview.png")


def sheet(paths: list[Path], to: Path) -> None:
    """Screens side by side, in as few colours as a screen needs."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    size = (len(pictures) * (SMALL["width"] + GAP) - GAP, SMALL["height"])
    whole = Image.new("RGB", size, "white")
    for place, one in enumerate(pictures):
        whole.paste(one, (place * (SMALL["width"] + GAP), 0))
    whole.quantize(256, dither=Image.Dither.NONE).save(to, optimize=True)


if __name__ == "__main__":
    main()
