"""The resident scans the code on their receipt, sees where it stands, and says whether it is settled."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, ViewportSize, expect
from sqlalchemy import select

from app import create_app
from app.config import Config
from app.extensions import db, reading
from app.models import Device as DeviceRow
from app.services.signing_in import device_token
from tests.app.test_receipts import token
from tests.device import Device
from tests.e2e.handset import CHROMIUM, SWITCHES, Handset
from tests.e2e.inspecting import broken_rules
from tests.e2e.test_main_job import open_case
from tests.phone import new_id
from tests.serving import PASSWORD, Running
from tests.town import id_of

OPENER = "harbour-worker"
PWA = Path(__file__).parents[2] / "pwa"
DRAWN = """
const { encode } = await import('uqr')
for (const text of process.argv.slice(1)) {
  const { data } = encode(text, { ecc: 'M', border: 4 })
  console.log(data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join(''))
}
"""
"""The code of each of these texts, as ReceiptSheet draws it."""


@pytest.fixture
def resident(playwright: Playwright) -> Iterator[Page]:
    """A page on the phone of somebody who has nothing of ours on it."""
    with closing(playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)) as browser:
        screen = ViewportSize(width=360, height=800)
        yield browser.new_page(viewport=screen, locale="zh-CN", has_touch=True)


def links(town: Running, case_id: str) -> list[str]:
    """The links that the phones of whoever opened the case may draw."""
    config = Config.from_environment(town.env)
    app = create_app(config)
    with app.app_context(), reading() as session:
        owned = select(DeviceRow.id).where(DeviceRow.person_id == id_of(OPENER))
        devices = session.scalars(owned).all()
        db.engine.dispose()
    keys = (device_token(one, id_of(OPENER), config.keys.secret) for one in devices)
    return [f"{town.address}/r/{token(case_id, key)}" for key in keys]


def scanned(phone: Handset, town: Running, case_id: str) -> str:
    """The link in the code that a phone shows."""
    all_links = links(town, case_id)
    command = ["node", "--input-type=module", "-e", DRAWN, *all_links]
    drawn = subprocess.run(command, cwd=PWA, check=True, capture_output=True, text=True).stdout
    shown = phone.page.locator("svg.code path").get_attribute("d")
    return dict(zip(drawn.split("\n"), all_links, strict=False))[shown or ""]


def settle(town: Running, case_id: str) -> None:
    with closing(Device(town.port, OPENER)) as other:
        acts = [
            other.mutation("case.accept", id=case_id, event_id=new_id(f"a {case_id}")),
            other.mutation(
                "case.resolve", id=case_id, event_id=new_id(f"r {case_id}"), text="修好了"
            ),
        ]
        assert other.post(other.envelope(mutations=acts)).count(b'"applied"') == 2


def test_a_resident_scans_their_receipt_and_says_that_it_is_not_settled(
    new_phone: Callable[[], Handset], resident: Page, town: Running
) -> None:
    worker = new_phone()
    worker.sign_in(OPENER, PASSWORD)
    worker.find_dwelling("101")
    open_case(worker, "登记事项", "门口的灯不亮")
    case_id = worker.page.url.rpartition("/")[2].partition("?")[0]
    worker.tap("居民回执")
    expect(worker.page.locator("svg.code")).to_be_visible()
    link = scanned(worker, town, case_id)

    resident.goto(link)
    expect(resident.get_by_text("已登记，等待办理")).to_be_visible()
    settle(town, case_id)
    resident.reload()
    expect(resident.get_by_text("已经办好，等您评价")).to_be_visible()
    resident.emulate_media(color_scheme="light")
    faults = broken_rules(resident)
    resident.emulate_media(color_scheme="dark")
    assert faults + broken_rules(resident) == []
    assert resident.context.cookies() == []
    resident.get_by_label("还想说的话（可不填）").fill("还是不亮")
    resident.get_by_role("button", name="没有办好").tap()
    expect(resident.get_by_role("status")).to_have_text("您的评价已经收到，会继续办理。")

    worker.open(f"/cases/{case_id}")
    worker.sees("居民自己评价")
    worker.sees("还是不亮")
