"""A transaction on the store in memory: whole, or undone."""

from collections.abc import Collection
from datetime import datetime

from sync import whistle
from sync.duty import Serving
from sync.levels import Ladder
from sync.memory_tables import Kept, Tables
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Departed, Record
from sync.store import Changes, Progress
from sync.verdict import Decision, Judged


class MemoryTransaction:
    """What a batch reads and writes; the store's lock makes it the only one."""

    def __init__(self, tables: Tables, partitions: frozenset[str]) -> None:
        self._tables, self._partitions = tables, partitions
        self._before: Kept = {}

    def progress(self, device_id: str) -> list[Progress]:
        progress = self._tables.progress.get(device_id)
        return [progress] if progress else []

    def judged(self, _home_id: str, device_id: str, ids: Collection[str]) -> list[Judged]:
        return self._tables.judged(device_id, ids)

    def decision(self, device_id: str, id_: str) -> Decision | None:
        return self._tables.decisions.get((device_id, id_))

    def find(self, type_: str, ids: Collection[str]) -> list[Record]:
        found = (self._tables.find(type_, id_) for id_ in ids)
        return [r for r in found if r and r.community_id in self._partitions]

    def joined(self, case_ids: Collection[str]) -> list[Record]:
        cases = [r for (type_, _), r in self._tables.records.items() if type_ == "case"]
        return [case for case in cases if case.value["merged_into"] in case_ids]

    def timelines(self, case_ids: Collection[str]) -> list[Record]:
        events = [r for (type_, _), r in self._tables.records.items() if type_ == "case_event"]
        return [event for event in events if event.value["case_id"] in case_ids]

    def having(self, type_: str, field: str, ids: Collection[str]) -> list[Record]:
        found = [r for (of, _), r in self._tables.records.items() if of == type_]
        return [r for r in found if r.community_id in self._partitions and r.value[field] in ids]

    def departures(self, ids: Collection[str]) -> list[Departed]:
        return [gone.place for gone in self._tables.gone if gone.record.id in ids]

    def ladder(self) -> Ladder:
        return Ladder(unit for _, unit, _ in self._tables.units.values())

    def serving(self, unit_ids: Collection[str], now: datetime) -> list[Serving]:
        return [
            Serving(
                id_,
                value["name"],
                post["unit_id"],
                self._tables.units[post["unit_id"]][1].level,
                post["role"],
                post.get("department") or "",
                any(
                    shift[:2] == (id_, post["unit_id"]) and shift[2] <= now < shift[3]
                    for shift in self._tables.shifts
                ),
            )
            for id_, (_, _, value) in self._tables.people.items()
            for post in value["memberships"]
            if post["unit_id"] in unit_ids
        ]

    def policies(self, unit_id: str) -> list[DeadlinePolicy]:
        return self._tables.policies.get(unit_id, [])

    def duty_item(self, path: tuple[str, ...], code: str) -> DutyItem | None:
        listed = self._tables.duty_items
        return next((listed[id_, code] for id_ in reversed(path) if (id_, code) in listed), None)

    def latest(self, community_id: str) -> int:
        return self._tables.latest(community_id)

    def undo(self) -> None:
        """Make everything what it was before the first writing."""
        self._tables.put_back(self._before)

    def write(self, changes: Changes) -> None:
        self._before = self._before or self._tables.kept()
        for entry in changes.entries:
            self._tables.journal[entry.device_id, entry.mutation.id] = entry
        for case in (record for record in changes.records if record.type == "case"):
            for person_id, until in whistle.posts_ending(case, changes.at).items():
                self._tables.end_or_begin(person_id, case, until)
        for record in changes.records:
            write = self._tables.remove if record.removed else self._tables.put
            write(record, changes.at)
        self._tables.notices += changes.notices
        if changes.progress:
            self._tables.progress[changes.progress.device_id] = changes.progress
        if changes.decision:
            decided = changes.decision
            self._tables.decisions[decided.device_id, decided.mutation_id] = decided
