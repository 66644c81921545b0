"""A duty list comes in from a workbook or CSV file whole or not at all, and again without a change."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.commands.importing import import_group
from app.extensions import reading
from app.models import DutyItem, DutyList
from app.services.demo.duty_list import SAMPLE
from app.services.importing import DUTY_ITEMS
from tests.town import id_of

Load = Callable[..., Result]
HEADER = DUTY_ITEMS.header


@pytest.fixture
def run(town: Flask) -> Load:
    return lambda *arguments: CliRunner().invoke(
        import_group, ["duty-items", *map(str, arguments)], obj=town
    )


@pytest.fixture
def load(run: Load, tmp_path: Path) -> Load:
    """Runs `qiaomen import duty-items` on a workbook with these rows below the template's header."""

    def load(*rows: Sequence[Any], unit: str = "", header: Sequence[str] = HEADER) -> Result:
        book = Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(tmp_path / "list.xlsx")
        return run(tmp_path / "list.xlsx", *(["--unit", unit] if unit else []))

    return load


def row(code: Any = "0201", item: str = "水管漏水", **more: Any) -> list[Any]:
    values = {"编码": code, "大类": "给排水", "事项": item, "牵头部门": "住建局"} | more
    return [values.get(column) for column in HEADER]


def items(unit: str = "city") -> dict[str, DutyItem]:
    with reading() as session:
        found = session.scalars(select(DutyItem).where(DutyItem.unit_id == id_of(unit)))
        return {item.code: item for item in found.all()}


def changed_at() -> Any:
    with reading() as session:
        return session.scalars(select(DutyList.changed_at)).one()


def test_a_list_becomes_items_with_departments_limits_and_words(load: Load) -> None:
    result = load(
        row(
            协办部门="物业公司、 街道办事处",
            办理时限="２４ 小时",
            紧急程度="紧急",
            关键词="爆管，滴水",
        ),
        row("0202", "水压低", 办理时限="5个工作日内", 紧急程度="一般"),
        row("0203", "停水", 办理时限="3天"),
        row(204, "化粪池满溢", 大类="排水（污水）"),
    )
    assert result.output == "city的职责清单：2 类 4 项，新增 4，改动 0，不变 0，停用 0。\n"
    found = items()
    leak = found["0201"]
    assert (leak.item, leak.lead_department, leak.urgency) == ("水管漏水", "住建局", "urgent")
    assert leak.helping_departments == ["物业公司", "街道办事处"]
    assert leak.keywords == ["爆管", "滴水"]
    limits = {code: (one.settle_hours, one.settle_working_days) for code, one in found.items()}
    assert limits == {
        "0201": (24, None),
        "0202": (None, 5),
        "0203": (72, None),
        "204": (None, None),
    }
    assert (found["0202"].urgency, found["0203"].urgency) == ("normal", None)
    assert found["204"].class_name == "排水（污水）"


def test_the_same_list_again_changes_nothing_and_phones_need_not_fetch_it(load: Load) -> None:
    load(row(), row("0202", "水压低"))
    before = changed_at()
    again = load(row(), row("0202", "水压低"))
    assert again.output == "city的职责清单：1 类 2 项，新增 0，改动 0，不变 2，停用 0。\n"
    assert changed_at() == before


def test_what_a_newer_list_has_no_more_is_retired_and_may_come_back(load: Load) -> None:
    load(row(), row("0202", "水压低"))
    newer = load(row(办理时限="8小时"))
    assert newer.output == "city的职责清单：1 类 1 项，新增 0，改动 1，不变 0，停用 1。\n"
    assert items()["0202"].retired_at is not None
    assert "停用 0" in load(row(办理时限="8小时")).output
    assert "改动 1" in load(row(办理时限="8小时"), row("0202", "水压低")).output
    assert items()["0202"].retired_at is None


def test_every_wrong_row_is_named_with_what_to_do_and_nothing_is_loaded(load: Load) -> None:
    result = load(
        row(""),
        row("0202", 办理时限="尽快"),
        row("0203", 办理时限="0小时", 紧急程度="特急"),
        row("0204", "长" * 121),
        row("0205"),
        row("0205", "停水"),
        row("0206", 关键词="、".join(map(str, range(21)))),
        row("0207", 大类="", 牵头部门=""),
        row("0208", 办理时限="400个工作日"),
    )
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Error: 什么都没有导入：9 行里有 8 行不对。",
        "  第 2 行：编码没有填",
        "  第 3 行：办理时限“尽快”看不懂：写成 24小时 或 5个工作日，没有时限就空着",
        "  第 4 行：办理时限“0小时”看不懂：写成 24小时 或 5个工作日，没有时限就空着；"
        "紧急程度“特急”看不懂：写“紧急”或“一般”，空着就由填报人定",
        "  第 5 行：事项有 121 个字，最多 120 个：写短一点",
        "  第 7 行：编码“0205”和第 6 行一样：每个事项要有自己的编码",
        "  第 8 行：关键词最多写 20 个，每个不超过 60 个字，中间用顿号隔开",
        "  第 9 行：大类没有填；牵头部门没有填",
        "  第 10 行：办理时限“400个工作日”看不懂：写成 24小时 或 5个工作日，没有时限就空着",
        "改好这些行，再导入一次。",
    ]
    assert items() == {}


def test_a_district_has_a_list_of_its_own(load: Load) -> None:
    load(row())
    assert load(row(牵头部门="区住建局"), unit="district").exit_code == 0
    assert items()["0201"].lead_department == "住建局"
    assert items("district")["0201"].lead_department == "区住建局"


@pytest.mark.parametrize("unit", ["street", "nowhere"])
def test_a_unit_that_keeps_no_list_is_refused(load: Load, unit: str) -> None:
    result = load(row(), unit=unit)
    assert result.exit_code == 1
    assert f"没有叫“{unit}”的市或区：先导入单位，再用 --unit 写市或区的编码。" in result.output


def test_columns_may_have_the_names_that_other_lists_give_them(load: Load) -> None:
    header = ["事项编码", "类别", "事项名称", "责任部门", "配合单位", "时限", "备注"]
    result = load(
        ["0201", "给排水", "水管漏水", "住建局", "城管局", "2天", "老清单"], header=header
    )
    assert "新增 1" in result.output
    assert "没有用到的列：备注。" in result.output
    assert items()["0201"].helping_departments == ["城管局"]


def test_a_csv_file_of_excel_in_china_is_read_and_says_its_first_item(
    run: Load, tmp_path: Path
) -> None:
    file = tmp_path / "清单.csv"
    file.write_bytes("编码,大类,事项,牵头部门\n0201,给排水,水管漏水,住建局\n".encode("gb18030"))
    assert "文件按 GB18030 读的，第一个事项是水管漏水" in run(file).output
    assert items()["0201"].item == "水管漏水"


def test_the_template_explains_each_column_and_its_examples_are_items(
    run: Load, load: Load, tmp_path: Path
) -> None:
    file = tmp_path / "模板.xlsx"
    assert run("--template", file).output == f"职责清单模板写到了 {file}，怎么填见第二张表。\n"
    sheet, help_ = load_workbook(file).worksheets
    assert tuple(cell.value for cell in sheet[1]) == HEADER
    explained = {line[0].value for line in help_.iter_rows(max_row=len(HEADER) + 1)}
    assert set(HEADER) <= explained
    assert load(*DUTY_ITEMS.examples).exit_code == 0
    again = run("--template", file)
    assert "已经有了：换个文件名，免得盖掉填好的职责清单" in again.output


def test_the_sample_is_a_list_of_23_classes_whose_every_code_says_that_it_is_one(
    run: Load,
) -> None:
    result = run(SAMPLE)
    assert "23 类 114 项" in result.output
    assert all(code.startswith("样例-") for code in items())


@pytest.mark.parametrize("arguments", [[], ["file.xlsx", "--template", "other.xlsx"]])
def test_the_command_wants_a_file_or_a_template(run: Load, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2
