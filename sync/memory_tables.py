"""What the store in memory keeps: one dictionary a table, and how a record changes in them."""

from collections.abc import Collection
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sync.levels import Unit
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Departed, Notice, Record, departed
from sync.store import REFERENCE, Progress, epoch_of
from sync.verdict import Decision, Entry, Judged

EARLIEST = datetime.min.replace(tzinfo=UTC)


class Gone(NamedTuple):
    """A record left its place, and is `now` elsewhere, or removed."""

    version: int
    record: Record
    now: Record | None
    at: datetime

    @property
    def place(self) -> Departed:
        old = self.record
        if old.type == "unit":
            return Departed(old.id, None, None, self.at, old.value["at"])
        if self.now is None:
            return Departed(old.id, old.grid_id, old.compound_id, self.at)
        return departed(old, self.now, self.at)


Shift = tuple[str, str, datetime, datetime]
"""Somebody's turn at a unit: whose, where, from when to when."""

Kept = dict[str, Any]
"""All tables by name, as they were."""


class Tables:
    """Everything that is kept; whoever changes it has it to themselves."""

    def __init__(self) -> None:
        self.counters: dict[str, int] = {}
        self.records: dict[tuple[str, str], Record] = {}
        self.gone: list[Gone] = []
        self.removed: dict[tuple[str, str], Record] = {}
        self.journal: dict[tuple[str, str], Entry] = {}
        self.progress: dict[str, Progress] = {}
        self.decisions: dict[tuple[str, str], Decision] = {}
        self.units: dict[str, tuple[int, Unit, dict[str, Any]]] = {}
        self.people: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self.called: dict[str, dict[str, tuple[Record, datetime | None]]] = {}
        self.policies: dict[str, list[DeadlinePolicy]] = {}
        self.duty_items: dict[tuple[str, str], DutyItem] = {}
        self.notices: list[Notice] = []
        self.shifts: list[Shift] = []

    def kept(self) -> Kept:
        """Everything as it is now."""
        return {name: copy(table) for name, table in vars(self).items()}

    def put_back(self, kept: Kept) -> None:
        """Make everything what it was then."""
        vars(self).update(kept)

    def next(self, partition: str) -> int:
        """Count a change of the partition."""
        self.counters[partition] = self.latest(partition) + 1
        return self.counters[partition]

    def latest(self, partition: str) -> int:
        """The number of its latest change; without any it begins in the epoch of the others (L5)."""
        return self.counters.get(partition, epoch_of(self.counters.get(REFERENCE, 0)))

    def find(self, type_: str, id_: str) -> Record | None:
        """The record, or its tombstone."""
        return self.records.get((type_, id_)) or self.removed.get((type_, id_))

    def judged(self, device_id: str, ids: Collection[str]) -> list[Judged]:
        """What became of those of these mutations that are in the journal."""
        found = (self.journal.get((device_id, id_)) for id_ in ids)
        return [entry.judged for entry in found if entry]

    def put(self, record: Record, at: datetime = EARLIEST) -> None:
        """Put the record in the place of what it was; where it was before, it is gone."""
        key = record.type, record.id
        before = self.records.get(key)
        if before and _place(before) != _place(record):
            self.gone.append(Gone(self.next(before.community_id), before, record, at))
        version = self.next(record.community_id)
        self.records[key] = replace(record, version=version)

    def remove(self, tombstone: Record, at: datetime) -> None:
        """Put the tombstone in the place of the record."""
        key, version = (tombstone.type, tombstone.id), self.next(tombstone.community_id)
        before = self.records.pop(key, tombstone)
        self.gone.append(Gone(version, before, None, at))
        self.removed[key] = replace(tombstone, version=version)

    def end_or_begin(self, person_id: str, case: Record, until: datetime | None) -> None:
        """Somebody's post at a case goes on, or ends; it stays over since it first was."""
        posts = self.called.get(person_id, {})
        over = posts.get(case.id, (case, None))[1]
        self.called[person_id] = {**posts, case.id: (case, until and (over or until))}


def _place(record: Record) -> tuple[str, str | None, str | None]:
    return record.community_id, record.compound_id, record.grid_id
