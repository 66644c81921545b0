"""What was misheard at the door is mended there, without signal, and reaches the others."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.serving import PASSWORD, Running

GRID = "3706020030010101"
HOME = "1-1-501"
MENDED = "1-1-5019"


@pytest.fixture
def mates(handset: Callable[[], Handset], served: Running) -> tuple[Handset, Handset]:
    """The phones of two workers of one grid."""
    phones = handset(), handset()
    for phone, name in zip(phones, served.of_role("grid_worker", GRID), strict=False):
        phone.sign_in(name, PASSWORD)
    return phones


def everything_is_sent(phone: Handset) -> None:
    phone.open("/outbox")
    phone.tap("立即发送")
    phone.sees("全部已送达")


def correct_dwelling(phone: Handset) -> None:
    phone.tap("修改住房")
    phone.page.get_by_role("radio", name="租住").tap()
    phone.page.get_by_label("备注").fill("门铃坏了，敲重一点")
    phone.page.get_by_label("房号").fill("")
    phone.tap("保存")
    phone.sees("单元和房号都要写")
    phone.page.get_by_label("房号").fill("502")
    phone.sees("名单上已经有502了")
    phone.page.get_by_label("房号").fill("5019")
    phone.tap("保存")


def test_a_door_missing_from_the_list_is_added_on_the_landing_and_reaches_a_mate(
    mates: tuple[Handset, Handset],
) -> None:
    worker, mate = mates
    worker.lose_signal()
    worker.page.get_by_role("link", name="楼栋").tap()
    worker.page.get_by_role("link", name="1号楼").first.tap()
    worker.tap("加一户")
    worker.page.get_by_role("textbox", name="单元").fill("1")
    worker.page.get_by_label("房号").fill("502")
    worker.sees("502已经有了")
    worker.page.get_by_label("房号").fill("509")
    expect(worker.page.get_by_text("已经有了")).to_have_count(0)
    expect(worker.page.get_by_label("楼层")).to_have_value("5")
    worker.page.get_by_role("radio", name="租住").tap()
    worker.tap("保存")
    expect(worker.page.get_by_role("heading", level=1)).to_contain_text("1-509")
    dwelling = worker.page.url
    worker.tap("加一位住户")
    worker.page.get_by_label("姓名").fill("钱进")
    worker.tap("保存")
    worker.sees("钱进")

    worker.find_signal()
    everything_is_sent(worker)
    everything_is_sent(mate)
    mate.find_dwelling("1-1-509")
    assert mate.page.url == dwelling
    for words in ("租住", "钱进"):
        mate.sees(words)


def test_dwelling_and_visit_corrected_without_signal_reach_a_mate(
    mates: tuple[Handset, Handset],
) -> None:
    worker, mate = mates
    worker.lose_signal()
    worker.find_dwelling(HOME)
    dwelling = worker.page.url
    correct_dwelling(worker)
    expect(worker.page.get_by_role("heading", level=1)).to_contain_text("1-5019")
    worker.sees("门铃坏了，敲重一点")

    worker.tap("记走访")
    worker.page.get_by_label("说了什么").fill("水表不转")
    worker.tap("保存")
    worker.page.get_by_role("link", name="修改走访").first.tap()
    worker.page.get_by_label("说了什么").fill("电表不转")
    worker.wait_for_draft("电表不转")
    worker.reopen()
    worker.page.goto(dwelling)
    worker.page.get_by_role("link", name="修改走访").first.tap()
    worker.sees("已恢复上次没写完的内容")
    worker.tap("保存")
    worker.page.wait_for_url(dwelling)
    worker.sees("电表不转")
    expect(worker.page.get_by_text("水表不转")).to_have_count(0)

    worker.find_signal()
    everything_is_sent(worker)
    everything_is_sent(mate)
    mate.find_dwelling(MENDED)
    for words in ("租住 · 门铃坏了，敲重一点", "电表不转"):
        mate.sees(words)
    entry = mate.page.get_by_role("article").filter(has_text="电表不转")
    expect(entry.get_by_role("link", name="转为事项")).to_be_visible()
    expect(entry.get_by_role("link", name="修改走访")).to_have_count(0)
