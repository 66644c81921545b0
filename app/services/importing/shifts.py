"""Import of rosters: all of a file or nothing, and twice is the same as once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.counters import lock
from app.extensions import writing
from app.ids import new_id
from app.models import REFERENCE, DutyShift
from app.services.importing.directory import Directory, Entry
from app.services.importing.reading import Refusal, RowsRefused, Unreadable
from app.services.importing.repeating import Calendar, days, span
from app.services.importing.shift_rules import COLUMNS, Rule, as_rule
from app.services.importing.workbooks import read_sheet
from app.services.working_days import is_announced, is_holiday, is_working_day
from app.sql import insert
from sync.deadlines import CHINA
from sync.instants import to_wire

T = TypeVar("T")

CALENDAR = Calendar(is_working_day, is_holiday, is_announced)
SOURCE = "import"
MOST_SHIFTS = 200_000
"""Shifts of one file: a year of a district."""
MOST_ROWS = 15_000
"""Rows of one file: a database takes only so many names in one question."""
CHUNK = 5000
"""Rows of one statement."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as the roster has it. Two that are equal are the same shift."""

    community_id: str
    unit_id: str
    rostered_id: str
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ShiftReport:
    """What an import did: rows and units of the file, its shifts, and how many were added and removed."""

    rows: int
    units: int
    shifts: int
    added: int
    removed: int
    encoding: str
    ignored: tuple[str, ...]
    first_name: str


def import_shifts(path: Path) -> ShiftReport:
    """Load a roster from a workbook or CSV file (`COLUMNS` of `shift_rules`).

    For each unit in the file, the shifts imported earlier that begin within the days it gives for that unit
    are replaced; those it gives again stay as they are, with the swaps that people agreed on. Raises
    Unreadable, RowsRefused; then nothing has been loaded.
    """
    table = read_sheet(path, COLUMNS)
    if len(table.lines) > MOST_ROWS:
        raise Unreadable(f"这个文件超过 {MOST_ROWS} 行：按单位或月份分成几个文件再导入。")
    read = [as_rule(line, CALENDAR) for line in table.lines]
    rules = [one for one in read if isinstance(one, Rule)]
    refusals = [*table.refusals, *(one for one in read if isinstance(one, Refusal))]
    with writing() as session:
        lock(session, [REFERENCE])
        directory = Directory(session, rules)
        entries = [directory.entry(rule) for rule in rules]
        refusals += [one for one in entries if isinstance(one, Refusal)]
        known = [one for one in entries if isinstance(one, Entry)]
        planned = _planned(known)
        refusals += _at_once(planned)
        wanted = {shift for shift, _ in planned}
        before = _imported(session, known)
        refusals += _beside_swaps(planned, before)
        if refusals:
            raise RowsRefused(refusals, len(read) + len(table.refusals))
        added = wanted - before.keys()
        removed = {one: row.id for one, row in before.items() if one not in wanted}
        _write(session, added, removed)
    units = len({entry.unit_id for entry in known})
    counts = (len(read), units, len(wanted), len(added), len(removed))
    return ShiftReport(*counts, table.encoding, table.ignored, rules[0].person)


def _planned(entries: Iterable[Entry]) -> list[tuple[Planned, int]]:
    """Every shift of these entries with the line it comes from. Raises Unreadable if they are too many."""
    planned = list(islice(_shifts(entries), MOST_SHIFTS + 1))
    if len(planned) > MOST_SHIFTS:
        raise Unreadable(
            f"这个文件排出来的班超过 {MOST_SHIFTS} 个：按单位或月份分成几个文件再导入。"
        )
    return planned


def _shifts(entries: Iterable[Entry]) -> Iterator[tuple[Planned, int]]:
    for entry in entries:
        rule = entry.rule
        for day in days(rule.patterns, rule.first, rule.last, CALENDAR):
            whose = (entry.community_id, entry.unit_id, entry.person_id, rule.kind)
            yield Planned(*whose, *span(day, rule.start, rule.end)), rule.line


def _at_once(planned: Iterable[tuple[Planned, int]]) -> Iterator[Refusal]:
    """Lines that put somebody on duty twice at one time at one unit; each is named once."""
    order = sorted(planned, key=lambda one: (*_whose(one[0]), one[0].starts_at, one[1]))
    named: set[int] = set()
    for _, of_one in groupby(order, key=lambda one: _whose(one[0])):
        (longest, line), *rest = of_one
        for shift, later in rest:
            if shift.starts_at < longest.ends_at and later not in named:
                named.add(later)
                yield Refusal(later, _overlap(line, shift))
            if shift.ends_at > longest.ends_at:
                longest, line = shift, later


def _whose(shift: Planned) -> tuple[str, str]:
    return shift.unit_id, shift.rostered_id


def _overlap(line: int, shift: Planned) -> str:
    day = shift.starts_at.astimezone(CHINA).date()
    return f"和第 {line} 行的班时间重叠（{day}），同一个人不能同时值两个班：改时间，或删掉一行"


def _beside_swaps(
    planned: Sequence[tuple[Planned, int]], before: Mapping[Planned, DutyShift]
) -> Iterator[Refusal]:
    """Lines that give somebody a new shift while they take a colleague's that stays."""
    taken: dict[tuple[str, str], list[DutyShift]] = defaultdict(list)
    for shift, _ in planned:
        if (row := before.get(shift)) and row.person_id != row.rostered_id:
            taken[row.unit_id, row.person_id].append(row)
    for shift, line in planned:
        for row in taken.get(_whose(shift), ()) if shift not in before else ():
            if shift.starts_at < row.ends_at and row.starts_at < shift.ends_at:
                day = shift.starts_at.astimezone(CHINA).date()
                yield Refusal(line, f"{day} 已经答应替同事值班，班时间重叠：改时间，或改排别人")


def _imported(session: Session, entries: Sequence[Entry]) -> dict[Planned, DutyShift]:
    """Shifts imported earlier that begin within the days the file gives for their unit.

    They stay locked until the end: whoever takes one meanwhile waits, and is then asked about the new ones.
    """
    periods = _periods(entries)
    if not periods:
        return {}
    rows = session.scalars(
        select(DutyShift)
        .where(
            DutyShift.community_id.in_({entry.community_id for entry in entries}),
            DutyShift.unit_id.in_(periods),
            DutyShift.ends_at > min(first for first, _ in periods.values()),
            DutyShift.starts_at < max(last for _, last in periods.values()),
            DutyShift.source == SOURCE,
        )
        .with_for_update()
    )
    return {
        Planned(*(getattr(row, name) for name in Planned.__slots__)): row
        for row in rows
        if periods[row.unit_id][0] <= row.starts_at < periods[row.unit_id][1]
    }


def _periods(entries: Iterable[Entry]) -> dict[str, tuple[datetime, datetime]]:
    """From the first day to the end of the last that the file gives for each unit."""
    given: dict[str, list[date]] = defaultdict(list)
    for entry in entries:
        given[entry.unit_id] += (entry.rule.first, entry.rule.last)
    return {
        unit_id: (span(min(dates), 0, 0)[0], span(max(dates), 0, 0)[1])
        for unit_id, dates in given.items()
    }


def _write(session: Session, added: Iterable[Planned], removed: Mapping[Planned, str]) -> None:
    by_community: dict[str, list[str]] = defaultdict(list)
    for shift, id_ in removed.items():
        by_community[shift.community_id].append(id_)
    for community_id, ids in by_community.items():
        for gone in _batched(ids):
            session.execute(
                delete(DutyShift)
                .where(DutyShift.community_id == community_id, DutyShift.id.in_(gone))
                .execution_options(synchronize_session=False)
            )
    for some in _batched([_row(shift) for shift in added]):
        insert(session, DutyShift.__table__, some)


def _batched(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at once as one statement takes."""
    return (things[start : start + CHUNK] for start in range(0, len(things), CHUNK))


def _row(shift: Planned) -> dict[str, object]:
    return {
        **{name: getattr(shift, name) for name in Planned.__slots__},
        "id": new_id(),
        "person_id": shift.rostered_id,
        "starts_at": to_wire(shift.starts_at),
        "ends_at": to_wire(shift.ends_at),
        "source": SOURCE,
    }
