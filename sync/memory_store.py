"""A store in memory: the plainest thing that keeps the contract of `store.py`."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any

from sync import whistle
from sync.agreement import Place, Tally, tally
from sync.due_steps import next_due
from sync.levels import COMMUNITY, Unit
from sync.memory_tables import EARLIEST, Gone, Shift, Tables
from sync.memory_transaction import MemoryTransaction
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import Notice, Record
from sync.scope import Post, Scope, Territory, View
from sync.store import REFERENCE, Excerpt, Feed, Line, ReferenceWindow, Window, next_epoch
from sync.verdict import Judged


def shows_at(scope: Scope, type_: str, place: Any) -> bool:
    """Whether a person's home is the scope's, or a unit's path above, at or below one of its ladders."""
    if type_ == "person":
        return place in scope.homes
    ladders = (t.ladder_path for t in scope.territories)
    return any(place == path[: len(place)] or path[-1] in place for path in ladders)


class MemoryStore:
    """Records, journals and feeds in dictionaries, one transaction at a time."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._epoch = 1
        self._horizons: dict[str, int] = {}
        self._tables = Tables()

    @property
    def notices(self) -> list[Notice]:
        """The notices to be sent, the latest last."""
        return self._tables.notices

    @property
    def shifts(self) -> list[Shift]:
        """People's turns at units; a test adds some."""
        return self._tables.shifts

    def add_unit(self, unit: Unit, code: str, at: datetime = EARLIEST) -> None:
        """Put a unit on the ladder, or elsewhere on it."""
        if unit.id in self._tables.units:
            self._moved("unit", unit.id, self._tables.units[unit.id][1].path, unit.path, at)
        value = {"code": code, "name": unit.name, "level": unit.level, "parent_id": unit.parent_id}
        self._tables.units[unit.id] = (self._tables.next(REFERENCE), unit, value)

    def add_person(
        self, id_: str, home_id: str, value: dict[str, Any], at: datetime = EARLIEST
    ) -> None:
        """Make a person known to those whose scope has this home, and no more to those of another."""
        if id_ in self._tables.people:
            self._moved("person", id_, self._tables.people[id_][1], home_id, at)
        self._tables.people[id_] = (self._tables.next(REFERENCE), home_id, value)

    def _moved(self, type_: str, id_: str, was: Any, now: Any, at: datetime) -> None:
        if was != now:
            old, new = (Record(type_, id_, REFERENCE, {"at": place}) for place in (was, now))
            self._tables.gone.append(Gone(self._tables.next(REFERENCE), old, new, at))

    def called(self, person_id: str) -> list[tuple[Post, datetime | None]]:
        """The posts somebody has or had at cases they were called to, and until when."""
        return [
            (whistle.post(self._tables.units[case.community_id][1].path, case.id), until)
            for case, until in self._tables.called.get(person_id, {}).values()
        ]

    def add_policy(self, unit_id: str, policy: DeadlinePolicy) -> None:
        """Let a unit have times of its own."""
        self._tables.policies.setdefault(unit_id, []).append(policy)

    def add_duty_item(self, unit_id: str, item: DutyItem) -> None:
        """Put an item on a unit's duty list."""
        self._tables.duty_items[unit_id, item.code] = item

    def add_records(self, records: Iterable[Record]) -> None:
        """Put records that came by another way than a phone, such as an import."""
        for record in records:
            self._tables.put(record)

    @contextmanager
    def transaction(self, partitions: Collection[str]) -> Iterator[MemoryTransaction]:
        with self._lock:
            transaction = MemoryTransaction(self._tables, frozenset(partitions))
            try:
                yield transaction
            except BaseException:
                transaction.undo()
                raise

    def received_through(self, _home_id: str, device_id: str) -> int:
        progress = self._tables.progress.get(device_id)
        return progress.received_through if progress else 0

    def judged(self, _home_id: str, device_id: str, ids: Collection[str]) -> list[Judged]:
        return self._tables.judged(device_id, ids)

    def communities_of(self, case_ids: Collection[str]) -> set[str]:
        found = (self._tables.records.get(("case", id_)) for id_ in case_ids)
        return {record.community_id for record in found if record}

    def due(self, now: datetime, most: int) -> dict[str, list[str]]:
        due = [r for r in self._tables.records.values() if next_due(r, now)]
        found: dict[str, list[str]] = {}
        for case in sorted(due, key=lambda case: case.due[0].at)[:most]:
            found.setdefault(case.community_id, []).append(case.id)
        return found

    def communities_below(self, territories: Iterable[Territory]) -> dict[str, tuple[str, ...]]:
        tops = list(territories)
        units = [unit for _, unit, _ in self._tables.units.values() if unit.rank == COMMUNITY]
        return {u.id: u.path for u in units if any(top.holds(u.path) for top in tops)}

    def feed(self, partitions: Collection[str], places: Collection[Place] = ()) -> Feed:
        counters, horizons = (
            {p: numbers[p] for p in partitions if p in numbers}
            for numbers in (self._tables.counters, self._horizons)
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
            old = [one for one in self._tables.gone if one.now and one.at < before]
            self._tables.gone = [one for one in self._tables.gone if one not in old]
            for community_id in {one.record.community_id for one in old}:
                through = [one.version for one in old if one.record.community_id == community_id]
                self._horizons[community_id] = max(*through, self._horizons.get(community_id, 0))

    def renew_epoch(self, epoch: str) -> None:
        if epoch == str(self._epoch):
            self._epoch += 1
            self._tables.counters = {
                p: next_epoch(version) for p, version in self._tables.counters.items()
            }

    def read(self, window: Window, limit: int) -> Excerpt:
        lines = [(r.version, _put(r)) for r in self._of(window.community_id) if _in(window, r)]
        if window.after:
            lines += self._departed(window, window.view)
        return self._excerpt(lines, window, limit)

    def read_dropped(self, window: Window, limit: int) -> Excerpt:
        rows = [r for r in self._of(window.community_id) if _in(window, r)]
        lines = [(r.version, _del(r.type, r.id, "out_of_scope")) for r in rows]
        return self._excerpt(lines + self._departed(window, window.unless), window, limit)

    def _excerpt(self, lines: list[Line], window: Window, limit: int) -> Excerpt:
        latest = self._tables.counters.get(window.community_id, 0)
        return Excerpt(_page(lines, window, limit), latest)

    def read_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        lines = [(v, _op(t, i, v, value)) for v, t, i, value in self._reference(window)]
        if window.after:
            lines += self._moved_away(window.scope, window.scope)
        return _page(lines, window, limit)

    def read_dropped_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        lines = [(v, _del(t, i, "out_of_scope")) for v, t, i, _ in self._reference(window)]
        return _page(lines + self._moved_away(window.scope, window.unless), window, limit)

    def _reference(self, window: ReferenceWindow) -> list[tuple[int, str, str, dict[str, Any]]]:
        units = [(v, "unit", u.id, u.path, value) for v, u, value in self._tables.units.values()]
        people = [
            (v, "person", i, home, value) for i, (v, home, value) in self._tables.people.items()
        ]
        return [
            (version, type_, id_, value)
            for version, type_, id_, place, value in [*units, *people]
            if shows_at(window.scope, type_, place) and not shows_at(window.unless, type_, place)
        ]

    def _moved_away(self, seen: Scope, now_in: Scope) -> list[Line]:
        """Dels of the units and people that left a scope and are not in `now_in`."""
        return [
            (version, _del(old.type, old.id, "out_of_scope"))
            for version, old, _, _ in self._tables.gone
            if old.community_id == REFERENCE
            and shows_at(seen, old.type, old.value["at"])
            and not shows_at(now_in, old.type, self._place(old.type, old.id))
        ]

    def _place(self, type_: str, id_: str) -> Any:
        return self._tables.people[id_][1] if type_ == "person" else self._tables.units[id_][1].path

    def _of(self, community_id: str) -> list[Record]:
        return [r for r in self._tables.records.values() if r.community_id == community_id]

    def _departed(self, window: Window, now_in: View) -> list[Line]:
        """Dels of what left the window's view and is not in `now_in`."""
        return [
            (version, _del(old.type, old.id, "out_of_scope" if new else "removed"))
            for version, old, new, _at in self._tables.gone
            if old.community_id == window.community_id
            and window.view.shows(old)
            and not (new and new.community_id == old.community_id and window.view.shows(new))
            and not self._visible(old, now_in)
        ]

    def _visible(self, old: Record, view: View) -> bool:
        present = self._tables.records.get((old.type, old.id))
        return bool(present and present.community_id == old.community_id and view.shows(present))


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
