"""A list of buildings comes in from a file whole or not at all, and again without a change."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import Workbook, load_workbook

from app.commands.buildings import buildings
from app.services.importing import BUILDINGS
from tests.town import id_of

Load = Callable[..., Result]


@pytest.fixture
def run(town: Flask) -> Load:
    return lambda *arguments: CliRunner().invoke(buildings, [*map(str, arguments)], obj=town)


@pytest.fixture
def load(run: Load, tmp_path: Path) -> Load:
    """Runs `qiaomen import buildings` on a workbook with these rows below the template's header."""

    def load(*rows: Sequence[Any]) -> Result:
        book = Workbook()
        for row in (BUILDINGS.header, *rows):
            book.active.append(row)
        book.save(tmp_path / "buildings.xlsx")
        return run(tmp_path / "buildings.xlsx")

    return load


def row(name: str = "8号楼", **more: Any) -> list[Any]:
    values = {"网格": "garden-1", "楼栋": name, "单元数": 2, "楼层数": "６"} | more
    return [values.get(column) for column in BUILDINGS.header]


@pytest.fixture
def worker(somebody: Any) -> Any:
    """Somebody of garden-1 who has everything."""
    worker = somebody("worker")
    worker.sync()
    return worker


def brought(somebody: Any) -> dict[str, tuple[int, int]]:
    """The buildings that their next answer brings: entrances and floors by name."""
    values = [op["value"] for op in somebody.sync()["patch"] if op["type"] == "building"]
    return {one["name"]: (one["entrances"], one["floors"]) for one in values}


def test_a_building_comes_to_the_phones_of_its_grid_and_to_no_others(
    load: Load, worker: Any, somebody: Any
) -> None:
    other = somebody("harbour-worker")
    other.sync()
    said = load(row(), row("9号楼", 网格="garden-2"))
    assert said.exit_code == 0, said.output
    assert "2 栋楼：新增 2，改动 0，不变 0。" in said.output
    assert (brought(worker), brought(other)) == ({"8号楼": (2, 6)}, {})


def test_a_worker_adds_a_dwelling_to_a_building_that_was_imported(load: Load, worker: Any) -> None:
    load(row())
    (building,) = [op["id"] for op in worker.sync()["patch"] if op["type"] == "building"]
    door = {"entrance": "1", "floor": 5, "room": "502", "occupancy": "owner", "note": ""}
    added = worker.mutation("dwelling.add", id=id_of("new"), building_id=building, **door)
    (verdict,) = worker.sync(added)["verdicts"]
    assert verdict["verdict"] == "applied"


def test_the_phones_and_the_server_agree_on_what_was_imported(load: Load, worker: Any) -> None:
    (before,) = worker.sync()["check"]
    load(row())
    (after,) = worker.sync()["check"]
    assert after["count"] == before["count"] + 1


def test_the_same_list_again_changes_nothing(load: Load, worker: Any) -> None:
    load(row(), row("9号楼"))
    worker.sync()
    assert "2 栋楼：新增 0，改动 0，不变 2。" in load(row(), row("9号楼")).output
    assert brought(worker) == {}


def test_a_building_that_was_counted_wrong_is_put_right(load: Load, worker: Any) -> None:
    assert "改动 1" in load(row("garden-1号楼", 单元数=4, 楼层数=18)).output
    assert brought(worker) == {"garden-1号楼": (4, 18)}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(网格="花园"), "没有叫“花园”的单位"),
        (row(网格="garden"), "garden不是网格：楼栋要写到网格"),
        (row(网格=""), "网格没有填"),
        (row(""), "楼栋没有填"),
        (row("楼" * 61), "楼栋有 61 个字，最多 60 个"),
        (row(单元数=0), "单元数“0”不对：写 1 到 50 的数"),
        (row(楼层数="六层"), "楼层数“六层”不对：写 1 到 150 的数"),
        (row("7号楼"), "“7号楼”第 2 行已经有了"),
    ],
)
def test_nothing_is_loaded_when_a_row_is_wrong_and_it_is_said_what_to_do(
    load: Load, worker: Any, wrong: list[Any], said: str
) -> None:
    refused = load(row("7号楼"), wrong)
    assert refused.exit_code == 1
    assert f"  第 3 行：{said}" in refused.output
    assert brought(worker) == {}


def test_the_template_says_how_to_fill_it_in_and_its_examples_can_be_read(
    run: Load, load: Load, tmp_path: Path
) -> None:
    template = tmp_path / "empty.xlsx"
    assert run("--template", template).exit_code == 0
    sheet, help_ = load_workbook(template).worksheets
    assert [cell.value for cell in sheet[1]] == list(BUILDINGS.header)
    assert "没有单元的写 1" in str([[cell.value for cell in line] for line in help_])
    examples = [("garden-1", *rest) for _, *rest in BUILDINGS.examples]
    assert "新增 3" in load(*examples).output
