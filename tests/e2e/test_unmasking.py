"""A phone number is masked until somebody asks for it, and that they did is on record."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from playwright.sync_api import expect

from tests.e2e.handset import Handset
from tests.e2e.test_conflict import everything_is_sent, shown_number
from tests.serving import Running
from tests.town import PASSWORD, id_of


def looked_at(served: Running) -> list[tuple[str, str]]:
    """Who has asked for whose number, as the server's journal has it."""
    database = connect(Path(served.env["QIAOMEN_DATA_DIR"]) / "qiaomen.db")
    with closing(database):
        rows = database.execute(
            "SELECT person_id, args FROM mutation WHERE name = 'resident.unmask'"
        ).fetchall()
    return [(person_id, json.loads(args)["id"]) for person_id, args in rows]


def test_a_number_that_is_asked_for_in_a_stairwell_is_shown_at_once_and_on_record_later(
    new_phone: Callable[[], Handset], town: Running
) -> None:
    worker = new_phone()
    worker.sign_in("worker", PASSWORD)
    worker.find_dwelling("101")
    worker.lose_signal()
    masked = worker.page.get_by_role("button", name="的电话").first
    expect(masked).to_have_text("138****0000")
    assert shown_number(worker) == "13800000000"
    expect(worker.page.locator(".person").first).not_to_contain_text("已存手机")
    worker.page.get_by_role("link", name="我的").tap()
    worker.sees("1 条待发送")
    worker.page.get_by_role("link", name="待发送").last.tap()
    worker.sees("查看住户电话")
    worker.find_signal()
    everything_is_sent(worker)
    assert looked_at(town).count((id_of("worker"), id_of("r-g1-101"))) == 1


def test_who_corrects_a_number_sees_it_and_that_is_on_record_too_and_who_corrects_a_name_does_not(
    new_phone: Callable[[], Handset], town: Running
) -> None:
    mate = new_phone()
    mate.sign_in("mate", PASSWORD)
    mate.find_dwelling("101")
    mate.page.locator(".person").get_by_role("button", name="修改").first.tap()
    mate.page.get_by_label("姓名").fill("王老师")
    mate.page.get_by_label("本人同意登记的日期").fill("2026-11-01")
    expect(mate.page.get_by_role("textbox", name="电话")).to_have_count(0)
    mate.tap("保存")
    mate.sees("王老师")
    everything_is_sent(mate)
    assert (id_of("mate"), id_of("r-g1-101")) not in looked_at(town)

    mate.find_dwelling("101")
    mate.page.locator(".person").get_by_role("button", name="修改").first.tap()
    mate.page.get_by_role("button", name="改电话").tap()
    expect(mate.page.get_by_role("textbox", name="电话")).to_have_value("13800000000")
    everything_is_sent(mate)
    assert (id_of("mate"), id_of("r-g1-101")) in looked_at(town)


def let_move_in(worker: Handset, name: str, number: str) -> None:
    """Sign in on a new phone, and add a resident with this number to a dwelling, which stays in sight."""
    worker.sign_in("worker", PASSWORD)
    worker.find_dwelling("101")
    worker.tap("加一位住户")
    worker.page.get_by_label("姓名").fill(name)
    worker.page.get_by_role("textbox", name="电话").fill(number)
    worker.tap("保存")


def test_a_number_typed_in_the_wide_figures_of_a_chinese_keyboard_can_be_called(
    new_phone: Callable[[], Handset],
) -> None:
    worker = new_phone()
    let_move_in(worker, "孙宽", "１３９－０５３５－８８１７")
    worker.page.get_by_role("button", name="孙宽的电话").tap()
    expect(worker.page.get_by_role("link", name="孙宽")).to_have_attribute(
        "href", "tel:13905358817"
    )


def test_of_two_numbers_in_one_field_each_is_masked_called_and_found(
    new_phone: Callable[[], Handset],
) -> None:
    worker = new_phone()
    let_move_in(worker, "孙双", "13905358817（儿子）/0535-6688123")
    worker.page.get_by_role("button", name="139****8817（儿子） / 053*-***8123").tap()
    calls = worker.page.get_by_role("link", name="打给孙双")
    expect(calls).to_have_text(["13905358817（儿子）", "0535-6688123"])
    for call, number in zip(calls.all(), ("13905358817", "05356688123"), strict=True):
        expect(call).to_have_attribute("href", f"tel:{number}")
    for end in ("8817", "8123"):
        worker.open("/search")
        worker.page.get_by_role("searchbox").fill(end)
        worker.sees("孙双")
