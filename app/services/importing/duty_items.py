"""Import of a duty list (职责清单): all of a file or nothing, and twice is the same as once."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.counters import lock
from app.extensions import writing
from app.models import REFERENCE, DutyItem, DutyList, Unit
from app.services.importing.item_rules import COLUMNS, Item, as_item, repeated
from app.services.importing.reading import Refusal, RowsRefused, Unreadable
from app.services.importing.workbooks import read_sheet
from app.sql import Row, upsert
from sync.instants import to_wire

KEEPERS = ("city", "district")
"""The levels that keep a list."""
MOST_ITEMS = 10_000
LISTS = ("helping_departments", "keywords")


@dataclass(frozen=True)
class ItemReport:
    """What an import did, in items; `retired` are those that the file has no more."""

    unit_name: str
    rows: int
    classes: int
    added: int
    changed: int
    retired: int
    encoding: str
    ignored: tuple[str, ...]
    first_item: str


def import_duty_items(path: Path, unit: str, now: datetime) -> ItemReport:
    """Make a workbook or CSV file (`COLUMNS` of `item_rules`) the list of a city or district.

    `unit` is its code or name; empty for the only city there is. An item that the file has no more is
    retired: cases name it by its code. Raises Unreadable, RowsRefused; then nothing has been loaded.
    """
    table = read_sheet(path, COLUMNS)
    if len(table.lines) > MOST_ITEMS:
        raise Unreadable(f"这个文件超过 {MOST_ITEMS} 行，不像一份职责清单：看看是不是选错了文件。")
    read = [(line.number, as_item(line)) for line in table.lines]
    items = [(number, one) for number, one in read if isinstance(one, Item)]
    refusals = [*table.refusals, *(one for _, one in read if isinstance(one, Refusal))]
    refusals += repeated(items)
    if refusals:
        raise RowsRefused(refusals, len(read) + len(table.refusals))
    wanted = {item.code: _row(position, item) for position, (_, item) in enumerate(items, 1)}
    with writing() as session:
        lock(session, [REFERENCE])
        keeper = _keeper(session, unit)
        before = _kept(session, keeper.id)
        rows, counts = _changes(before, wanted, to_wire(now))
        _write(session, keeper.id, rows, to_wire(now))
        name = keeper.name
    classes = len({item.class_name for _, item in items})
    first = items[0][1].item
    return ItemReport(name, len(items), classes, *counts, table.encoding, table.ignored, first)


def _keeper(session: Session, unit: str) -> Unit:
    """The city or district of this code or name. Raises Unreadable, which says how to name it."""
    wanted = or_(Unit.code == unit, Unit.name == unit) if unit else Unit.level == "city"
    found = session.scalars(select(Unit).where(wanted, Unit.level.in_(KEEPERS))).all()
    if len(found) == 1:
        return found[0]
    if not found:
        said = f"没有叫“{unit}”的市或区" if unit else "还没有市"
        raise Unreadable(f"{said}：先导入单位，再用 --unit 写市或区的编码。")
    raise Unreadable(f"有 {len(found)} 个市或区对得上：用 --unit 写编码。")


def _row(position: int, item: Item) -> Row:
    lists = {name: list(getattr(item, name)) for name in LISTS}
    return {"position": position, **asdict(item), **lists, "retired_at": None}


def _kept(session: Session, unit_id: str) -> dict[str, Row]:
    """The items of the list as it is, by code, with those that were retired."""
    names = [column.name for column in DutyItem.__table__.columns if column.name != "unit_id"]
    rows = session.scalars(select(DutyItem).where(DutyItem.unit_id == unit_id))
    kept = [{name: getattr(row, name) for name in names} for row in rows]
    for row in kept:
        row["retired_at"] = to_wire(row["retired_at"]) if row["retired_at"] else None
    return {row["code"]: row for row in kept}


def _changes(
    before: Mapping[str, Row], wanted: Mapping[str, Row], now: str
) -> tuple[list[Row], tuple[int, int, int]]:
    """The rows to write, and how many items were added, changed and retired."""
    added = [row for code, row in wanted.items() if code not in before]
    changed = [row for code, row in wanted.items() if code in before and before[code] != row]
    gone = [row for code, row in before.items() if code not in wanted and not row["retired_at"]]
    retired: list[dict[str, Any]] = [{**row, "retired_at": now} for row in gone]
    return [*added, *changed, *retired], (len(added), len(changed), len(retired))


def _write(session: Session, unit_id: str, rows: Iterable[Row], now: str) -> None:
    """Phones fetch a list again when its moment has changed."""
    of_unit = [{**row, "unit_id": unit_id} for row in rows]
    if of_unit:
        upsert(session, DutyItem.__table__, of_unit)
        upsert(session, DutyList.__table__, [{"unit_id": unit_id, "changed_at": now}])
