"""A store in memory: the plainest thing that keeps the contract of `store.py`."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, NamedTuple

from sync import whistle
from sync.agreement import Place, Tally, tally
from sync.due_steps import next_due
from sync.duty import Serving
from sync.levels import COMMUNITY, Ladder, Unit
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Departed, Notice, Record, departed
from sync.scope import Post, Scope, Territory, View
from sync.store import (
    REFERENCE,
    Changes,
    Feed,
    Line,
    Progress,
    ReferenceWindow,
    Window,
    next_epoch,
)
from sync.verdict import Decision, Entry, Judged

EARLIEST = datetime.min.replace(tzinfo=UTC)


def shows_unit(scope: Scope, path: tuple[str, ...]) -> bool:
    """Whether a unit is above, at or below one of the scope's territories."""
    return any(
        path == t.path[: len(path)] or path[: len(t.path)] == t.path for t in scope.territories
    )


class Gone(NamedTuple):
    """A record left its place, and is `now` elsewhere, or removed."""

    version: int
    record: Record
    now: Record | None
    at: datetime

    @property
    def place(self) -> Departed:
        old = self.record
        if self.now is None:
            return Departed(old.id, old.grid_id, old.compound_id, self.at)
        return departed(old, self.now, self.at)


class MemoryStore:
    """Records, journals and feeds in dictionaries, one transaction at a time."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._counters: dict[str, int] = {}
        self._epoch = 1
        self._records: dict[tuple[str, str], Record] = {}
        self._gone: list[Gone] = []
        self._horizons: dict[str, int] = {}
        self._removed: dict[tuple[str, str], Record] = {}
        self._journal: dict[tuple[str, str], Entry] = {}
        self._progress: dict[str, Progress] = {}
        self._decisions: dict[tuple[str, str], Decision] = {}
        self._units: dict[str, tuple[int, Unit, dict[str, Any]]] = {}
        self._people: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self._called: dict[str, dict[str, tuple[Record, datetime | None]]] = {}
        self._policies: dict[str, list[DeadlinePolicy]] = {}
        self._duty_items: dict[tuple[str, str], DutyItem] = {}
        self.notices: list[Notice] = []
        self.shifts: list[tuple[str, str, datetime, datetime]] = []
        """People's turns at units: whose, where, from when to when."""

    def add_unit(self, unit: Unit, code: str) -> None:
        """Put a unit on the ladder."""
        value = {"code": code, "name": unit.name, "level": unit.level, "parent_id": unit.parent_id}
        self._units[unit.id] = (self._next(REFERENCE), unit, value)

    def add_person(self, id_: str, home_id: str, value: dict[str, Any]) -> None:
        """Make a person known to those whose scope has this home."""
        self._people[id_] = (self._next(REFERENCE), home_id, value)

    def end_or_begin(self, person_id: str, case: Record, until: datetime | None) -> None:
        """Somebody's post at a case goes on, or ends; it stays over since it first was."""
        posts = self._called.setdefault(person_id, {})
        over = posts.get(case.id, (case, None))[1]
        posts[case.id] = case, until and (over or until)

    def called(self, person_id: str) -> list[tuple[Post, datetime | None]]:
        """The posts somebody has or had at cases they were called to, and until when."""
        return [
            (whistle.post(self._units[case.community_id][1].path, case.id), until)
            for case, until in self._called.get(person_id, {}).values()
        ]

    def add_policy(self, unit_id: str, policy: DeadlinePolicy) -> None:
        """Let a unit have times of its own."""
        self._policies.setdefault(unit_id, []).append(policy)

    def add_duty_item(self, unit_id: str, item: DutyItem) -> None:
        """Put an item on a unit's duty list."""
        self._duty_items[unit_id, item.code] = item

    def add_records(self, records: Iterable[Record]) -> None:
        """Put records that came by another way than a phone, such as an import."""
        for record in records:
            self._put(record)

    @contextmanager
    def transaction(self, partitions: Collection[str]) -> Iterator["MemoryTransaction"]:
        with self._lock:
            transaction = MemoryTransaction(self, frozenset(partitions))
            yield transaction
            transaction.commit()

    def received_through(self, _home_id: str, device_id: str) -> int:
        progress = self._progress.get(device_id)
        return progress.received_through if progress else 0

    def judged(self, _home_id: str, device_id: str, ids: Collection[str]) -> list[Judged]:
        journal = self._journal
        return [journal[device_id, i].judged for i in ids if (device_id, i) in journal]

    def communities_of(self, case_ids: Collection[str]) -> set[str]:
        found = (self._records.get(("case", id_)) for id_ in case_ids)
        return {record.community_id for record in found if record}

    def due(self, now: datetime, most: int) -> dict[str, list[str]]:
        due = [r for r in self._records.values() if next_due(r, now)]
        found: dict[str, list[str]] = {}
        for case in sorted(due, key=lambda case: case.due[0].at)[:most]:
            found.setdefault(case.community_id, []).append(case.id)
        return found

    def communities_below(self, territories: Iterable[Territory]) -> dict[str, tuple[str, ...]]:
        tops = [t.path for t in territories]
        units = [unit for _, unit, _ in self._units.values() if unit.rank == COMMUNITY]
        return {u.id: u.path for u in units if any(u.path[: len(t)] == t for t in tops)}

    def feed(self, partitions: Collection[str], places: Collection[Place] = ()) -> Feed:
        counters, horizons = (
            {p: numbers[p] for p in partitions if p in numbers}
            for numbers in (self._counters, self._horizons)
        )
        tallies = {place: self._tally(place) for place in places}
        return Feed(str(self._epoch), counters, horizons, tallies)

    def _tally(self, place: Place) -> Tally:
        """Counted anew each time."""
        held = [r for r in self._of(place.community_id) if _holds(place, r)]
        by_type: dict[str, list[Record]] = {}
        for record in held:
            by_type.setdefault(record.type, []).append(record)
        return sum(
            (tally(t, [r.id for r in of], [r.version for r in of]) for t, of in by_type.items()),
            Tally(),
        )

    def prune(self, before: datetime) -> None:
        with self._lock:
            old = [one for one in self._gone if one.now and one.at < before]
            self._gone = [one for one in self._gone if one not in old]
            for community_id in {one.record.community_id for one in old}:
                through = [one.version for one in old if one.record.community_id == community_id]
                self._horizons[community_id] = max(*through, self._horizons.get(community_id, 0))

    def renew_epoch(self, epoch: str) -> None:
        if epoch == str(self._epoch):
            self._epoch += 1
            self._counters = {p: next_epoch(version) for p, version in self._counters.items()}

    def read(self, window: Window, limit: int) -> list[Line]:
        lines = [(r.version, _put(r)) for r in self._of(window.community_id) if _in(window, r)]
        if window.after:
            lines += self._departed(window, window.view)
        return _page(lines, window, limit)

    def read_dropped(self, window: Window, limit: int) -> list[Line]:
        rows = [r for r in self._of(window.community_id) if _in(window, r)]
        lines = [(r.version, _del(r.type, r.id, "out_of_scope")) for r in rows]
        return _page(lines + self._departed(window, window.unless), window, limit)

    def read_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        rows = self._reference(window)
        return _page([(v, _op(t, i, v, value)) for v, t, i, value in rows], window, limit)

    def read_dropped_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        rows = self._reference(window)
        return _page([(v, _del(t, i, "out_of_scope")) for v, t, i, _ in rows], window, limit)

    def _reference(self, window: ReferenceWindow) -> list[tuple[int, str, str, dict[str, Any]]]:
        def shown(scope: Scope, path: tuple[str, ...]) -> bool:
            return shows_unit(scope, path)

        units = [
            (version, "unit", unit.id, value)
            for version, unit, value in self._units.values()
            if shown(window.scope, unit.path) and not shown(window.unless, unit.path)
        ]
        people = [
            (version, "person", id_, value)
            for id_, (version, home_id, value) in self._people.items()
            if home_id in window.scope.homes - window.unless.homes
        ]
        return units + people

    def _of(self, community_id: str) -> list[Record]:
        return [r for r in self._records.values() if r.community_id == community_id]

    def _departed(self, window: Window, now_in: View) -> list[Line]:
        """Dels of what left the window's view and is not in `now_in`."""
        return [
            (version, _del(old.type, old.id, "out_of_scope" if new else "removed"))
            for version, old, new, _at in self._gone
            if old.community_id == window.community_id
            and window.view.shows(old)
            and not (new and new.community_id == old.community_id and window.view.shows(new))
            and not self._visible(old, now_in)
        ]

    def _visible(self, old: Record, view: View) -> bool:
        present = self._records.get((old.type, old.id))
        return bool(present and present.community_id == old.community_id and view.shows(present))

    def _next(self, partition: str) -> int:
        self._counters[partition] = self._counters.get(partition, 0) + 1
        return self._counters[partition]

    def _put(self, record: Record, at: datetime = EARLIEST) -> None:
        key = record.type, record.id
        before = self._records.get(key)
        if before and _place(before) != _place(record):
            self._gone.append(Gone(self._next(before.community_id), before, record, at))
        version = self._next(record.community_id)
        self._records[key] = replace(record, version=version)

    def _remove(self, tombstone: Record, at: datetime) -> None:
        key, version = (tombstone.type, tombstone.id), self._next(tombstone.community_id)
        before = self._records.pop(key, tombstone)
        self._gone.append(Gone(version, before, None, at))
        self._removed[key] = replace(tombstone, version=version)

    def _find(self, type_: str, id_: str) -> Record | None:
        return self._records.get((type_, id_)) or self._removed.get((type_, id_))


class MemoryTransaction:
    """A transaction on a MemoryStore; the store's lock makes it the only one."""

    def __init__(self, store: MemoryStore, partitions: frozenset[str]) -> None:
        self._store, self._partitions = store, partitions
        self._changes: list[Changes] = []

    def progress(self, device_id: str) -> Progress | None:
        return self._store._progress.get(device_id)

    def judged(self, home_id: str, device_id: str, ids: Collection[str]) -> list[Judged]:
        return self._store.judged(home_id, device_id, ids)

    def decision(self, device_id: str, id_: str) -> Decision | None:
        return self._store._decisions.get((device_id, id_))

    def find(self, type_: str, ids: Collection[str]) -> list[Record]:
        found = (self._store._find(type_, id_) for id_ in ids)
        return [r for r in found if r and r.community_id in self._partitions]

    def joined(self, case_id: str) -> list[Record]:
        cases = [r for (type_, _), r in self._store._records.items() if type_ == "case"]
        return [case for case in cases if case.value["merged_into"] == case_id]

    def timelines(self, case_ids: Collection[str]) -> list[Record]:
        events = [r for (type_, _), r in self._store._records.items() if type_ == "case_event"]
        return [event for event in events if event.value["case_id"] in case_ids]

    def departures(self, ids: Collection[str]) -> list[Departed]:
        return [gone.place for gone in self._store._gone if gone.record.id in ids]

    def ladder(self) -> Ladder:
        return Ladder(unit for _, unit, _ in self._store._units.values())

    def serving(self, unit_ids: Collection[str], now: datetime) -> list[Serving]:
        return [
            Serving(
                id_,
                value["name"],
                post["unit_id"],
                self._store._units[post["unit_id"]][1].level,
                post["role"],
                post.get("department") or "",
                any(
                    shift[:2] == (id_, post["unit_id"]) and shift[2] <= now < shift[3]
                    for shift in self._store.shifts
                ),
            )
            for id_, (_, _, value) in self._store._people.items()
            for post in value["memberships"]
            if post["unit_id"] in unit_ids
        ]

    def policies(self, unit_id: str) -> list[DeadlinePolicy]:
        return self._store._policies.get(unit_id, [])

    def duty_item(self, path: tuple[str, ...], code: str) -> DutyItem | None:
        listed = self._store._duty_items
        return next((listed[id_, code] for id_ in reversed(path) if (id_, code) in listed), None)

    def latest(self, community_id: str) -> int:
        return self._store._counters.get(community_id, 0)

    def write(self, changes: Changes) -> None:
        self._changes.append(changes)

    def commit(self) -> None:
        """Take in all that was written; never reached when the transaction fails."""
        for changes in self._changes:
            self._take(changes)

    def _take(self, changes: Changes) -> None:
        for entry in changes.entries:
            self._store._journal[entry.device_id, entry.mutation.id] = entry
        for case in (record for record in changes.records if record.type == "case"):
            for person_id, until in whistle.posts_ending(case, changes.at).items():
                self._store.end_or_begin(person_id, case, until)
        for record in changes.records:
            write = self._store._remove if record.removed else self._store._put
            write(record, changes.at)
        self._store.notices += changes.notices
        if changes.progress:
            self._store._progress[changes.progress.device_id] = changes.progress
        if changes.decision:
            decided = changes.decision
            self._store._decisions[decided.device_id, decided.mutation_id] = decided


def _place(record: Record) -> tuple[str, str | None, str | None]:
    return record.community_id, record.compound_id, record.grid_id


def _holds(place: Place, record: Record) -> bool:
    if place.reached:
        return record.reached >= place.reached
    places = record.community_id, record.compound_id, record.grid_id, record.case_id
    return place.unit_id in places


def _in(window: Window, record: Record) -> bool:
    return window.view.shows(record) and not window.unless.shows(record)


def _page(lines: list[Line], window: Window | ReferenceWindow, limit: int) -> list[Line]:
    upto = window.upto
    due = [line for line in lines if line[0] > window.after and (upto is None or line[0] <= upto)]
    return sorted(due, key=lambda line: line[0])[:limit]


def _put(record: Record) -> dict[str, Any]:
    return _op(record.type, record.id, record.version, record.value)


def _op(type_: str, id_: str, version: int, value: dict[str, Any]) -> dict[str, Any]:
    return {"op": "put", "type": type_, "id": id_, "version": version, "value": value}


def _del(type_: str, id_: str, reason: str) -> dict[str, Any]:
    return {"op": "del", "type": type_, "id": id_, "reason": reason}
