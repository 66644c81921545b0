"""A duty list that the district keeps in a file helps a worker at the door, and sets a case's deadline."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import create_engine, text

from sync.instants import from_wire
from tests.e2e.conftest import lending
from tests.e2e.handset import Handset
from tests.serving import Running, data_directory, qiaomen, running, serve, settle_town
from tests.town import PASSWORD, id_of

LIST = """编码,大类,事项,牵头部门,协办部门,办理时限,紧急程度,关键词
0201,给排水,水管漏水,供水公司,物业公司、住建局,3小时,紧急,爆管
0202,给排水,下水道堵塞,住建局,物业公司,3个工作日,,返水
0301,电梯,电梯停运,市场监管局,,24小时,一般,电梯坏了
"""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small town, whose district has a duty list."""
    file = tmp_path_factory.mktemp("list") / "职责清单.csv"
    file.write_text(LIST, "utf-8")
    with data_directory() as env:
        settle_town(env)
        said = qiaomen(env, "import", "duty-items", str(file), "--unit", "district")
        assert "2 类 3 项，新增 3" in said
        with serve(env, []) as town, running(env, "worker"):
            yield town


@pytest.fixture
def phones(
    playwright: Playwright, listed: Running, tmp_path: Path
) -> Iterator[Callable[[], Handset]]:
    with lending(playwright, tmp_path, listed.address) as hand_out:
        yield hand_out


def settle_within(served: Running, title: str) -> timedelta:
    """How long the server gave a case, from its opening."""
    engine = create_engine(served.env["QIAOMEN_DATABASE_URL"])
    with engine.connect() as connection:
        asked = text('SELECT opened_at, settle_by FROM "case" WHERE title = :title')
        opened, due = connection.execute(asked, {"title": title}).one()
    engine.dispose()
    return from_wire(due) - from_wire(opened)


def test_a_suggested_item_is_chosen_without_signal_and_sets_the_deadline_once_sent(
    phones: Callable[[], Handset], listed: Running
) -> None:
    worker = phones()
    worker.sign_in("worker", PASSWORD)
    worker.wait_for_words("duty_list", "mine")
    worker.lose_signal()
    worker.open(f"/cases/new?dwelling={id_of('g1-101')}&kind=doorstep")
    worker.page.get_by_label("标题").fill("厨房爆管")
    duty_item = worker.page.get_by_role("group", name="职责事项")
    duty_item.get_by_role("button", name="水管漏水").tap()
    expect(duty_item).to_contain_text("给排水 · 供水公司 · 3 小时内")
    expect(worker.page.get_by_role("radio", name="紧急")).to_be_checked()
    worker.tap("保存")
    worker.sees("给排水 · 水管漏水")
    worker.sees("物业公司、住建局")
    worker.find_signal()
    worker.sees("已送达")
    assert settle_within(listed, "厨房爆管") == timedelta(hours=3)


def test_an_item_of_normal_urgency_takes_nothing_from_a_case_that_is_urgent(
    phones: Callable[[], Handset],
) -> None:
    worker = phones()
    worker.sign_in("worker", PASSWORD)
    worker.wait_for_words("duty_list", "mine")
    worker.open(f"/cases/new?dwelling={id_of('g1-101')}&kind=doorstep")
    worker.page.get_by_label("标题").fill("电梯坏了，有人困在里面")
    worker.page.get_by_role("radio", name="紧急").tap()
    duty_item = worker.page.get_by_role("group", name="职责事项")
    duty_item.get_by_role("button", name="电梯停运").tap()
    expect(duty_item).to_contain_text("市场监管局")
    expect(worker.page.get_by_role("radio", name="紧急")).to_be_checked()


def test_an_item_is_found_in_the_list_by_its_sound_without_signal(
    phones: Callable[[], Handset],
) -> None:
    worker = phones()
    worker.sign_in("worker", PASSWORD)
    worker.wait_for_words("duty_list", "mine")
    worker.lose_signal()
    worker.open(f"/cases/new?dwelling={id_of('g1-101')}&kind=doorstep")
    worker.page.get_by_label("标题").fill("来看看")
    worker.tap("从职责清单里选")
    sheet = worker.page.get_by_role("dialog", name="职责清单")
    expect(sheet.get_by_role("listitem")).to_have_count(3)
    sheet.get_by_label("大类").select_option("给排水")
    expect(sheet.get_by_role("listitem")).to_have_count(2)
    sheet.get_by_label("大类").select_option("")
    sheet.get_by_role("searchbox").fill("dtty")
    sheet.get_by_role("button", name="电梯停运").tap()
    expect(worker.page.get_by_role("group", name="职责事项")).to_contain_text("市场监管局")
    worker.tap("不选这一项")
    expect(worker.page.get_by_text("市场监管局")).to_have_count(0)
