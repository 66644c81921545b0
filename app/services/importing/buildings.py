"""Import of buildings (楼栋表): all of a file or nothing, and twice is the same as once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.extensions import reading
from app.ids import new_id
from app.models import Unit
from app.services.importing.building_rules import COLUMNS, Row, as_row, repeated
from app.services.importing.directory import Units
from app.services.importing.reading import Refusal, RowsRefused, Unreadable, Wrong
from app.services.importing.workbooks import read_sheet
from app.store import SqlStore
from sync.records import Record
from sync.store import Changes

MOST_ROWS = 10_000
"""A district's buildings; a city's come in several files."""

Key = tuple[str, str]
"""A grid's id, and what a building of it is called."""


@dataclass(frozen=True)
class BuildingReport:
    """What an import did, in buildings."""

    rows: int
    added: int
    changed: int
    encoding: str
    ignored: tuple[str, ...]
    first_name: str


def import_buildings(path: Path, now: datetime) -> BuildingReport:
    """Add the buildings of a workbook or CSV file (`COLUMNS` of `building_rules`) to their grids.

    A building is known by its grid and name: what the file says otherwise of one is changed, and what it
    says nothing of stays. Phones get both at their next exchange. Raises Unreadable, RowsRefused; then
    nothing has been loaded.
    """
    table = read_sheet(path, COLUMNS)
    if len(table.lines) > MOST_ROWS:
        raise Unreadable(f"这个文件超过 {MOST_ROWS} 行：分成几个文件，比如一个街道一个。")
    read = [as_row(line) for line in table.lines]
    rows = [one for one in read if isinstance(one, Row)]
    grids, strays = _grids(rows)
    refusals = [*table.refusals, *(one for one in read if isinstance(one, Refusal)), *strays]
    refusals += repeated(rows)
    if refusals:
        raise RowsRefused(refusals, len(read) + len(table.refusals))
    wanted = {(grids[row.grid].id, row.name): _building(row, grids[row.grid]) for row in rows}
    counts = _write(wanted, now)
    return BuildingReport(len(rows), *counts, table.encoding, table.ignored, rows[0].name)


def _grids(rows: Sequence[Row]) -> tuple[dict[str, Unit], list[Refusal]]:
    """The grids by what the rows call them, and the rows that name none."""
    grids, strays = dict[str, Unit](), []
    with reading() as session:
        units = Units(session, {row.grid for row in rows})
        for row in rows:
            try:
                grids[row.grid] = _grid(units, row.grid)
            except Wrong as wrong:
                strays.append(Refusal(row.line, str(wrong)))
    return grids, strays


def _grid(units: Units, words: str) -> Unit:
    unit = units.find(words)
    if unit.level != "grid":
        raise Wrong(f"{unit.name}不是网格：楼栋要写到网格")
    return unit


def _building(row: Row, grid: Unit) -> Record:
    place = {"grid_id": grid.id, "compound_id": grid.parent_id}
    value = {"name": row.name, "entrances": row.entrances, "floors": row.floors, **place}
    return Record("building", new_id(), grid.community_id or "", value)


def _write(wanted: Mapping[Key, Record], now: datetime) -> tuple[int, int]:
    """How many buildings were added, and how many changed."""
    communities = sorted({record.community_id for record in wanted.values()})
    with SqlStore().transaction(communities) as transaction:
        there = transaction.having("building", "grid_id", {grid_id for grid_id, _ in wanted})
        before = {_key(record): record for record in there}
        added = [record for key, record in wanted.items() if key not in before]
        changed = list(_changed(before, wanted))
        if added or changed:
            written = Changes(communities[0], None, records=[*added, *changed], swept_at=now)
            transaction.write(written)
    return len(added), len(changed)


def _key(building: Record) -> Key:
    return building.grid_id or "", building.value["name"]


def _changed(before: Mapping[Key, Record], wanted: Mapping[Key, Record]) -> Iterator[Record]:
    for key, record in before.items():
        if key in wanted and wanted[key].value != record.value:
            yield record.with_(**wanted[key].value)
