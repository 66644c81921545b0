"""A household goes to another grid while somebody of the old one is writing about it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.serving import Running, data_directory, qiaomen, running, serve, settle_town
from tests.town import PASSWORD, id_of

GONE = f"dwelling={id_of('g1-102')}"
BEGUN = [
    (f"/visits/new?{GONE}", "说了什么", "厨房返水"),
    (f"/cases/new?{GONE}&kind=doorstep", "标题", "水管漏水"),
]
"""Forms about a household, what is written on each, and where."""


@pytest.fixture(scope="module")
def redrawn() -> Iterator[Running]:
    """The small town, whose grids are redrawn."""
    with data_directory() as env:
        settle_town(env)
        with serve(env, []) as town, running(env, "worker"):
            yield town


@pytest.fixture
def phones(
    playwright: Playwright, redrawn: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    with lending(playwright, tmp_path, redrawn.address) as hand_out:
        yield hand_out


def test_who_goes_on_writing_about_a_household_that_left_is_told_and_can_choose_another(
    phones: Callable[[], Handset], redrawn: Running
) -> None:
    worker = phones()
    worker.sign_in("worker", PASSWORD)
    for path, field, words in BEGUN:
        worker.open(path)
        worker.page.get_by_label(field).fill(words)
        worker.wait_for_draft(words)
    qiaomen(redrawn.env, "regrid", "garden-1", "garden-2", "garden-1号楼 1-102")
    worker.open("/outbox")
    worker.tap("立即发送")
    worker.sees("已和服务器对上")
    for path, field, words in BEGUN:
        worker.open(path)
        expect(worker.page.get_by_label(field)).to_have_value(words)
        worker.sees("手机上没有这一户")
        expect(worker.page.get_by_text("这户还没有登记住户")).to_have_count(0)
        worker.tap("换一户")
        worker.page.get_by_label("房号、楼名").fill("101")
        worker.page.get_by_role("button", name="garden-1号楼 1-101").tap()
        expect(worker.page.get_by_text("手机上没有这一户")).to_have_count(0)
        worker.tap("保存")
        expect(worker.page.get_by_label(field)).to_be_hidden()
        worker.wait_until_sent()
    worker.open(f"/dwellings/{id_of('g1-101')}")
    for _, _, words in BEGUN:
        worker.sees(words)
