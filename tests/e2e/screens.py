"""`make screens`: a picture of every screen of the real app, light, dark and in large text."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, ViewportSize, sync_playwright

from tests.e2e.authenticator import Authenticator
from tests.e2e.handset import CHROMIUM, SMALL, SWITCHES, Handset
from tests.e2e.pictured import GRID, news_for, receipt_for
from tests.serving import PASSWORD, running, server

GAP = 24


def first(page: Page, kind: str, but: str = "") -> str:
    """The path of the first link of a kind on this page that has no such words."""
    links = page.locator(f"a[href^='/{kind}/']")
    link = (links.filter(has_not_text=but) if but else links).first
    link.wait_for()
    return link.get_attribute("href") or ""


def paths(phone: Handset, called: str) -> dict[str, str]:
    """Every page by name, at records that the demo has, and at the case that somebody is called to."""
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
        "visit-correct": first(page, "visits"),
        "cases": "/cases",
        "case": case,
        "case-called": called,
        "case-form": f"/cases/new?dwelling={home}&kind=branch",
        "search": "/search",
        "diary": "/diary?whose=whole",
        "notices": "/notices",
        "outbox": "/outbox",
        "rescue": "/rescue",
        "me": "/me",
        "duty": "/me/duty",
        "deadlines": "/me/deadlines",
        "channels": "/me/channels",
        "devices": "/devices",
        "install": "/install",
    }


def walk(phone: Handset, screens: dict[str, str], keep: Callable[[str], None]) -> None:
    """Go through every screen, on a phone with an authenticator, and keep a picture of each."""
    page = phone.page
    for name, path in screens.items():
        phone.open(path)
        page.wait_for_load_state("networkidle")
        keep(name)
    phone.open(screens["search"])
    page.get_by_role("searchbox").fill("l")
    page.get_by_role("listitem").first.wait_for()
    keep("search-found")
    phone.open(screens["notices"])
    phone.page.get_by_role("button", name="您登记的事项有").tap()
    keep("notices-flood")
    phone.open(screens["case"])
    # a click: the browser's mark of a tap would still lie on the picture
    page.get_by_role("button", name="吹哨", exact=True).click()
    page.get_by_role("checkbox").first.wait_for(state="attached")
    keep("case-whistle")
    phone.open(screens["case-called"])
    told = page.locator("details", has_text="通知")
    told.locator("summary").click()
    told.get_by_role("listitem").last.scroll_into_view_if_needed()
    keep("case-reached")
    phone.open(screens["dwelling"])
    phone.tap("修改住房")
    page.get_by_label("房号").wait_for()
    keep("dwelling-correct")
    phone.open(screens["case-form"])
    page.get_by_label("标题").fill("楼道灯不亮")
    page.get_by_role("group", name="职责事项").get_by_role("button").nth(1).wait_for()
    page.get_by_role("button", name="从职责清单里选").click()
    page.get_by_role("dialog").get_by_role("listitem").first.wait_for()
    keep("duty-items")
    page.keyboard.press("Escape")
    page.get_by_role("group", name="职责事项").get_by_role("button").first.click()
    page.get_by_role("button", name="不选这一项").scroll_into_view_if_needed()
    keep("duty-item-chosen")
    # the draft is found again in the next look
    page.get_by_role("button", name="不选这一项").click()
    page.get_by_role("button", name="从职责清单里选").wait_for()
    phone.wait_for_draft('"category":""')
    phone.open(screens["duty"])
    page.get_by_role("button", name="找人顶班").first.click()
    page.get_by_role("radio").first.wait_for(state="attached")
    keep("duty-swap")
    phone.open(screens["visit"])
    phone.lose_signal()
    page.get_by_label("说了什么").fill("阳台的水管修好了")
    phone.tap("保存")
    page.wait_for_url(f"**{screens['dwelling']}")
    phone.open(screens["outbox"])
    page.get_by_role("article").filter(has_text="水管").wait_for()
    keep("outbox-waiting")
    phone.find_signal()
    phone.tap("立即发送")
    phone.wait_until_sent()
    phone.open("/me")
    phone.tap("换解锁密码")
    page.get_by_label("再输一遍").wait_for()
    keep("pin-change")
    page.keyboard.press("Escape")
    page.get_by_role("switch", name="用指纹或面容解锁").click()
    page.get_by_label("现在的解锁密码").wait_for()
    keep("passkey")
    page.keyboard.press("Escape")
    phone.tap("现在锁上")
    page.get_by_label("解锁密码", exact=True).wait_for()
    keep("locked")
    phone.unlock()


LOOKS = ("light", "dark", "large")


def picture(phone: Handset, folder: Path, name: str, called: str) -> None:
    """Every screen in every look, into this folder."""
    phone.open("/")
    phone.page.get_by_label("用户名", exact=True).wait_for()
    phone.page.screenshot(path=folder / "sign-in-light.png")
    Authenticator(phone.page)
    phone.sign_in(name, PASSWORD)
    screens = paths(phone, called)
    for look in LOOKS:
        look_at(phone, look)
        walk(phone, screens, partial(_shoot, phone.page, folder, look))


def look_at(phone: Handset, look: str) -> None:
    """Turn to this look; once large, it stays so."""
    phone.page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    if look == "large":
        phone.open("/me")
        phone.page.get_by_role("switch", name="大字").tap()


def picture_receipt(playwright: Playwright, folder: Path, link: str) -> None:
    """What a resident sees who scans it; large is as their own browser is set."""
    with closing(playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)) as browser:
        screen = ViewportSize(width=SMALL["width"], height=SMALL["height"])
        page = browser.new_page(viewport=screen, locale="zh-CN")
        page.goto(link)
        for look in LOOKS:
            page.emulate_media(color_scheme="dark" if look == "dark" else "light")
            if look == "large":
                page.evaluate("() => { document.documentElement.style.fontSize = '131.25%' }")
            _shoot(page, folder, look, "receipt")


def _shoot(page: Page, folder: Path, look: str, screen: str) -> None:
    page.screenshot(path=folder / f"{screen}-{look}.png")


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
        worker = served.of_role("grid_worker", GRID)[0]
        called = news_for(served, worker)
        picture(phone, Path(single), worker, called)
        phone.close()
        link = served.address + receipt_for(served, worker)
        picture_receipt(playwright, Path(single), link)
        pictured = sorted({path.stem.rpartition("-")[0] for path in Path(single).iterdir()})
        for name in pictured:
            looks = [Path(single) / f"{name}-{look}.png" for look in LOOKS]
            sheet([path for path in looks if path.exists()], folder / f"{name}.png")
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
