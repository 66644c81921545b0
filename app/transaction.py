"""One write transaction over some communities, in SQL: the only place that writes what is synced."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Table, TextClause, text

from app import counters, posted, rows, tallies, units
from app.direct import Connection
from app.loading import journaled, load_records, records_of_all
from app.models import (
    BlobReference,
    CaseCall,
    Departure,
    FeedCounter,
    JournalEntry,
    Notice,
    PushProgress,
    Quarantined,
)
from app.sql import Postgres, Row, Sqlite, dialect, insert, upsert, wire_object
from app.windows import TABLES
from sync.agreement import Counting
from sync.duty import Serving
from sync.instants import from_wire
from sync.levels import Ladder
from sync.policies import DeadlinePolicy, DutyItem
from sync.records import REMOVABLE, Departed, Record
from sync.store import REFERENCE, Changes, Progress
from sync.verdict import Decision, Judged


@cache
def _wire_rows(words: Sqlite | Postgres, table: Table, where: str) -> TextClause:
    """SELECT rows whole, as JSON text with moments as the wire has them."""
    row = words.text(wire_object(words, table.columns))
    here = words.among("community_id", "partitions")
    return text(f'SELECT {row} FROM "{table.name}" WHERE {here} AND {where}')


@cache
def _deleted(words: Sqlite | Postgres, type_: str) -> TextClause:
    """DELETE the records in :ids of a type."""
    where = f"{words.among('community_id', 'partitions')} AND {words.among('id', 'ids')}"
    return text(f'DELETE FROM "{type_}" WHERE {where}')


def _by_type(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records by their types, in the order of sync.records, so that each follows what it points to."""
    sorted_ = {type_: [r for r in records if r.type == type_] for type_ in TABLES}
    return {type_: of_type for type_, of_type in sorted_.items() if of_type}


class SqlTransaction:
    """One write transaction; it holds its partitions' counters from the beginning.

    On PostgreSQL what is asked before the first answer is read, the locking too, is one round trip.
    """

    def __init__(self, connection: Connection, partitions: Collection[str]) -> None:
        self._connection, self._words = connection, dialect()
        self._communities, self._partitions = partitions, self._words.ids(partitions)
        self._locked = counters.lock_unread(connection, partitions)
        self._numbers: dict[str, int] | None = None
        self._before: dict[tuple[str, str], Record] = {}
        self._counting = Counting()

    @property
    def _counters(self) -> dict[str, int]:
        # not `cached_property`, which would hold one lock for all transactions while this waits for its own
        if self._numbers is None:
            self._numbers = counters.read(self._locked)
        return self._numbers

    def _rows_of(self, table: Table, where: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The rows of a table, within these partitions, for which `where` holds."""
        rows = self._execute(_wire_rows(self._words, table, where), **parameters)
        return (orjson.loads(row) for (row,) in rows)

    def _execute(self, statement: TextClause, **parameters: Any) -> Any:
        given = {"partitions": self._partitions, **parameters}
        return self._connection.execute(statement, given)

    def progress(self, device_id: str) -> Iterator[Progress]:
        where = "device_id = :device_id"
        rows = self._rows_of(PushProgress.__table__, where, device_id=device_id)
        return (
            Progress(
                device_id,
                found["received_through"],
                from_wire(found["last_contact_at"]),
                found["clock_offset_ms"],
                tuple((stretch["from"], stretch["to"]) for stretch in found["lost"]),
            )
            for found in rows
        )

    def judged(self, home_id: str, device_id: str, ids: Collection[str]) -> Iterator[Judged]:
        return journaled(self._connection, home_id, device_id, ids)

    def decision(self, device_id: str, id_: str) -> Decision | None:
        key = {"device_id": device_id, "id": id_}
        where = "device_id = :device_id AND id = :id AND decided_at IS NOT NULL"
        for row in self._rows_of(Quarantined.__table__, where, **key):
            who, what = row["decided_by"], row["verdict"]
            at = from_wire(row["decided_at"])
            accepted = bool(row["accepted"])
            return Decision(device_id, id_, accepted, who, at, what, row["code"], row["detail"])
        return None

    def _hold(self, changes: Changes) -> None:
        """Note what waits for a decision, or what was decided (P8)."""
        held = [rows.quarantined(changes.home_id, e) for e in changes.entries if e.held_at]
        self._append(Quarantined.__table__, held)
        if changes.decision:
            key = {"device_id": changes.decision.device_id, "id": changes.decision.mutation_id}
            (row,) = self._rows_of(
                Quarantined.__table__, "device_id = :device_id AND id = :id", **key
            )
            self._put(Quarantined.__table__, [{**row, **rows.decision(changes.decision)}])

    def find(self, type_: str, ids: Collection[str]) -> Iterator[Record]:
        found = load_records(self._connection, type_, "id", ids, self._communities)
        tombstones = self._tombstones(type_, ids) if type_ in REMOVABLE else ()
        return chain(self._remembered(found), tombstones)

    def _tombstones(self, type_: str, ids: Collection[str]) -> Iterator[Record]:
        where = f"{self._words.among('id', 'ids')} AND type = :type AND reason = '{rows.REMOVED}'"
        found = self._rows_of(Departure.__table__, where, type=type_, ids=self._words.ids(ids))
        return (
            Record(
                type_,
                gone["id"],
                gone["community_id"],
                {"grid_id": gone["grid_id"], "compound_id": gone["compound_id"]},
                gone["version"],
                removed=gone["removal"],
            )
            for gone in found
        )

    def joined(self, case_ids: Collection[str]) -> Iterator[Record]:
        found = load_records(self._connection, "case", "merged_into", case_ids, self._communities)
        return self._remembered(found)

    def timelines(self, case_ids: Collection[str]) -> Iterator[Record]:
        found = load_records(self._connection, "case_event", "case_id", case_ids, self._communities)
        return self._remembered(found)

    def having(self, type_: str, field: str, ids: Collection[str]) -> Iterator[Record]:
        found = load_records(
            self._connection, type_, field, ids, self._communities, by=records_of_all
        )
        return self._remembered(found)

    def _remembered(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self._before[record.type, record.id] = record
            yield record

    def departures(self, ids: Collection[str]) -> list[Departed]:
        here = self._words.ids([*self._communities, REFERENCE])
        among = {"ids": self._words.ids(ids), "partitions": here}
        found = self._rows_of(Departure.__table__, self._words.among("id", "ids"), **among)
        return [
            Departed(
                gone["id"],
                gone["grid_id"],
                gone["compound_id"],
                from_wire(gone["left_at"]),
                tuple(gone["path"].split("/")) if gone["path"] else None,
            )
            for gone in found
        ]

    def ladder(self) -> Ladder:
        return units.ladder(self._connection, self._communities)

    def serving(self, unit_ids: Collection[str], now: datetime) -> list[Serving]:
        return posted.serving(self._connection, unit_ids, now)

    def policies(self, unit_id: str) -> list[DeadlinePolicy]:
        return units.policies(self._connection, unit_id)

    def duty_item(self, path: tuple[str, ...], code: str) -> DutyItem | None:
        return units.duty_item(self._connection, path, code)

    def latest(self, community_id: str) -> int:
        return self._counters.get(community_id, 0)

    def write(self, changes: Changes) -> None:
        """Everything in a few statements, whatever the size of the batch.

        Another batch may follow in the transaction: it finds what this one wrote, and its numbers go on.
        """
        self._departures(changes.records, changes.at)
        for type_, records in _by_type(changes.records).items():
            self._delete(type_, [record.id for record in records if record.removed])
            kept = [self._numbered(record) for record in records if not record.removed]
            self._put(TABLES[type_], kept)
        self._put(BlobReference.__table__, rows.references(changes.records))
        insert(self._connection, CaseCall.__table__, rows.calls(changes), rows.KEEP_UNTIL)
        self._append(
            JournalEntry.__table__, [rows.entry(changes.home_id, e) for e in changes.entries]
        )
        self._hold(changes)
        self._put(Notice.__table__, [rows.notice(n, changes) for n in changes.notices])
        if changes.progress:
            self._put(PushProgress.__table__, [rows.progress(changes.home_id, changes.progress)])
        numbers = [{"community_id": id_, "version": v} for id_, v in self._counters.items()]
        self._put(FeedCounter.__table__, numbers)
        tallies.add(self._connection, self._counting)
        self._before, self._counting = {}, Counting()

    def _put(self, table: Any, content: list[Row]) -> None:
        upsert(self._connection, table, content)

    def _append(self, table: Any, content: list[Row]) -> None:
        insert(self._connection, table, content)

    def _next(self, community_id: str) -> int:
        self._counters[community_id] += 1
        return self._counters[community_id]

    def _numbered(self, record: Record) -> dict[str, Any]:
        beside = {"community_id": record.community_id, "id": record.id, **rows.due(record)}
        version = self._next(record.community_id)
        self._counting.put(self._before.get((record.type, record.id)), record, version)
        return {**record.value, **beside, "version": version, "stamps": record.stamps or None}

    def _delete(self, type_: str, ids: Collection[str]) -> None:
        if ids:
            self._counting.take(*(self._before.get((type_, id_)) for id_ in ids))
            self._execute(_deleted(self._words, type_), ids=self._words.ids(ids))

    def _departures(self, records: Iterable[Record], at: datetime) -> None:
        """Note which scopes a record leaves by its change of place, or by its removal (L4)."""
        moved = [
            (before, record)
            for record in records
            if (before := self._before.get((record.type, record.id)))
            and (before.compound_id, before.grid_id) != (record.compound_id, record.grid_id)
        ]
        left = [rows.departure(b, r, self._next(b.community_id), at) for b, r in moved]
        gone = [record for record in records if record.removed]
        left += [rows.removal(record, self._next(record.community_id), at) for record in gone]
        self._put(Departure.__table__, left)
