"""Grids that are redrawn, over HTTP: which phone has what, and what the office is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.cli import main
from tests.dull import check
from tests.phone import case_args, new_id, visit_args
from tests.town import id_of

BUILDING = "garden-1号楼"
DOOR = f"{BUILDING} 1-101"


class Copy:
    """What a phone holds by the answers it got."""

    def __init__(self, somebody: Any) -> None:
        self.somebody = somebody
        self.records: dict[tuple[str, str], Any] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.sync()

    def sync(self, *mutations: Any, **more: Any) -> list[str]:
        """One exchange, after which the phone agrees with the server (L9); the verdicts."""
        response = self.somebody.post(self.somebody.envelope(*mutations, **more))
        answer = response.json
        self.somebody.cursor = answer["cursor"]
        for operation in answer["patch"]:
            key = operation["type"], operation["id"]
            if operation["op"] == "del":
                self.records.pop(key, None)
            else:
                self.records[key], self.versions[key] = operation["value"], operation["version"]
        for line in answer["check"]:
            assert line == check(line["scope"], self.records, self.versions)
        assert answer["check"]
        return [verdict["verdict"] for verdict in answer["verdicts"]]


def run(town: Flask, *args: str) -> Result:
    return town.test_cli_runner().invoke(main.commands["regrid"], args, obj=town)


def test_l4_a_household_given_to_another_grid_changes_phones_with_all_that_is_written_late(
    town: Flask, somebody: Any
) -> None:
    old, new = Copy(somebody("worker")), Copy(somebody("second-worker"))
    taps = old.somebody.mutation
    old.sync(
        taps("visit.record", **visit_args("g1-101", "v1")),
        taps("case.open", **case_args("g1-101", "c1", kind="doorstep")),
    )
    before = dict(old.records)
    late = taps("visit.record", **visit_args("g1-101", "late"))
    result = run(town, "garden-1", "garden-2", DOOR)
    assert result.output == (
        "划给 garden-2：1 户、1 名居民、1 次走访、1 件事项。"
        " garden-2 now has 1 dwellings, 1 residents, 1 visits, 1 cases more.\n"
    )
    an_hour_later = datetime.fromisoformat(late["at"]) + timedelta(hours=1)
    assert old.sync(late, sent_at=an_hour_later.isoformat()) == ["applied"]
    new.sync()
    left = before.keys() - old.records.keys()
    assert sorted(type_ for type_, _ in left) == [
        "case",
        "case_event",
        "dwelling",
        "resident",
        "visit",
    ]
    assert left | {("visit", new_id("late"))} <= new.records.keys()
    assert new.records["visit", new_id("late")]["visitor_id"] == id_of("worker")


def test_the_same_command_again_changes_nothing(town: Flask, somebody: Any) -> None:
    worker = Copy(somebody("second-worker"))
    assert run(town, "garden-1", "garden-2", BUILDING).exit_code == 0
    worker.sync()
    cursor = worker.somebody.cursor
    again = run(town, "garden-1", "garden-2", BUILDING)
    assert (again.exit_code, again.output) == (
        0,
        "没有变化，都已经在 garden-2 了。 Nothing changed: garden-2 has them already.\n",
    )
    worker.sync()
    assert worker.somebody.cursor == cursor


@pytest.mark.parametrize(
    ("before", "after", "door", "words"),
    [
        ("garden-1", "next-yard-1", DOOR, "不在同一个社区"),
        ("garden-1", "garden", DOOR, "没有编码为 garden 的网格"),
        ("nowhere", "garden-2", DOOR, "没有编码为 nowhere 的网格"),
        ("garden-1", "garden-2", f"{BUILDING} 9-999", "没有“garden-1号楼 9-999”"),
    ],
)
def test_what_is_no_grid_or_door_of_one_community_is_said_and_nothing_moves(
    town: Flask, somebody: Any, before: str, after: str, door: str, words: str
) -> None:
    worker = Copy(somebody("worker"))
    records = dict(worker.records)
    result = run(town, before, after, door)
    assert result.exit_code == 1
    assert "什么都没有改" in result.output
    assert "Nothing was changed" in result.output
    assert words in result.output
    worker.sync()
    assert worker.records == records
