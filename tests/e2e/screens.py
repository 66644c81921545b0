"""`make screens`: a picture of every screen of the real app, light, dark and in large text."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from app.ids import new_id
from tests.device import Device
from tests.e2e.handset import SMALL, Handset
from tests.serving import PASSWORD, Running, running, server

GRID = "3706020030010101"
GAP = 24


def first(page: Page, kind: str, but: str = "") -> str:
    """The path of the first link of a kind on this page that has no such words."""
    links = page.locator(f"a[href^='/{kind}/']")
    link = (links.filter(has_not_text=but) if but else links).first
    link.wait_for()
    return link.get_attribute("href") or ""


def news_for(served: Running, worker: str) -> str:
    """Have somebody move cases that this worker opened: an urgent one, to which they are called, and a flood
    of others. The path of the urgent one."""
    (secretary,) = served.of_role("branch_secretary", GRID[:14])
    with closing(Device(served.port, worker)) as opener:
        _, operations = opener.bring_down()
        home = next(op["id"] for op in operations if op["type"] == "dwelling")
        cases = [
            {"id": new_id(), "kind": "branch", "title": f"第{n}号楼道灯", "dwelling_id": home}
            for n in range(1, 7)
        ]
        cases[0] |= {"title": "楼道里有燃气味", "urgency": "urgent"}
        opened = [opener.mutation("case.open", **case) for case in cases]
        opener.post(opener.envelope(mutations=opened))
    with closing(Device(served.port, secretary)) as mover:
        accepts = [{"id": case["id"], "event_id": new_id()} for case in cases]
        moved = [mover.mutation("case.accept", **accept) for accept in accepts]
        mover.post(mover.envelope(mutations=moved))
        _, operations = mover.bring_down()
        opener_id = next(
            op["value"]["opened_by"] for op in operations if op.get("id") == cases[0]["id"]
        )
        call = {"id": cases[0]["id"], "event_id": new_id(), "text": "请带测漏仪来"}
        to = [{"person_id": opener_id}, {"department": "物业"}]
        whistle = mover.mutation("case.whistle", **call, to=to)
        mover.post(mover.envelope(mutations=[whistle]))
    return f"/cases/{cases[0]['id']}"


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
    """Go through every screen and keep a picture of each."""
    page = phone.page
    for name, path in screens.items():
        phone.open(path)
        page.wait_for_load_state("networkidle")
        keep(name)
    phone.open(screens["notices"])
    phone.page.get_by_role("button", name="您报的事项有").tap()
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
    phone.open(screens["duty"])
    page.get_by_role("button", name="找人顶班").first.click()
    page.get_by_role("radio").first.wait_for(state="attached")
    keep("duty-swap")
    phone.open("/me")
    phone.tap("换解锁密码")
    page.get_by_label("再输一遍").wait_for()
    keep("pin-change")
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
        phone = Handset(playwright, Path(storage), served.address)
        worker = served.of_role("grid_worker", GRID)[0]
        called = news_for(served, worker)
        picture(phone, Path(single), worker, called)
        phone.close()
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
