"""One write transaction over some communities, in SQL: the only place that writes what is synced."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, TextClause, select, text, update
from sqlalchemy.orm import Session

from app import rows, tallies
from app.models import (
    BlobReference,
    Departure,
    FeedCounter,
    JournalEntry,
    Notice,
    PushProgress,
    Quarantined,
)
from app.sql import Postgres, Sqlite, dialect, dump, insert, upsert, wire_object
from app.windows import TABLES, value_columns
from sync.agreement import Counting
from sync.levels import Ladder, Unit
from sync.records import REMOVABLE, Departed, Record
from sync.store import Changes, Progress
from sync.verdict import Decision, Judged, Verdict


@cache
def _counters(words: Sqlite | Postgres) -> TextClause:
    """SELECT the counters of :ids in key order, locking them."""
    return text(
        f"SELECT community_id, version FROM feed_counter WHERE {words.among('community_id', 'ids')}"
        f" ORDER BY community_id {words.for_update}"
    )


def lock(session: Session, partitions: Collection[str]) -> dict[str, int]:
    """Lock the counters of these partitions in key order, making those that are missing (L2)."""
    words = dialect()
    statement, parameters = _counters(words), {"ids": words.ids(partitions)}
    counters = {str(id_): version for id_, version in session.execute(statement, parameters)}
    if len(counters) == len(set(partitions)):
        return counters
    missing = [{"community_id": id_, "version": 0} for id_ in sorted(set(partitions))]
    new = insert(words, FeedCounter.__table__, "ON CONFLICT DO NOTHING")
    session.execute(new, {"rows": dump(missing)})
    return {str(id_): version for id_, version in session.execute(statement, parameters)}


@cache
def _found(words: Sqlite | Postgres, type_: str, column: str) -> TextClause:
    """SELECT the records of a type whose column is one of :ids, in version order."""
    table = TABLES[type_]
    value = words.text(wire_object(words, value_columns(table)))
    stamps = words.text("stamps") if "stamps" in table.columns else "NULL"
    return text(
        f"SELECT id, community_id, version, {value} AS value, {stamps} AS stamps"
        f" FROM {words.picked(type_, column)} ORDER BY version"
    )


def load_records(
    session: Session, type_: str, column: str, ids: Collection[str], communities: Collection[str]
) -> list[Record]:
    """The records of these communities whose `column` is one of `ids`, in version order."""
    words = dialect()
    parameters = {"ids": words.ids(ids), "partitions": words.ids(communities)}
    return [
        Record(type_, str(r.id), str(r.community_id), orjson.loads(r.value), r.version, _kept(r))
        for r in session.execute(_found(words, type_, column), parameters)
    ]


def _kept(row: Any) -> dict[str, Any]:
    """What merging remembers of a row's record."""
    return orjson.loads(row.stamps) if row.stamps else {}


@cache
def _judged(words: Sqlite | Postgres) -> TextClause:
    """SELECT what the journal of :device_id has of the mutations in :ids."""
    those = words.picked("mutation", "id", "device_id = :device_id")
    return text(f"SELECT id, seq, verdict, receipt, code, detail, digest FROM {those}")


def _by_type(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records by their types, in the order of sync.records, so that each follows what it points to."""
    sorted_ = {type_: [r for r in records if r.type == type_] for type_ in TABLES}
    return {type_: of_type for type_, of_type in sorted_.items() if of_type}


class SqlTransaction:
    """One write transaction; it holds its partitions' counters from the beginning."""

    def __init__(self, session: Session, partitions: Collection[str]) -> None:
        self._session, self._words = session, dialect()
        self._partitions = self._words.ids(partitions)
        self._counters = lock(session, partitions)
        self._before: dict[tuple[str, str], Record] = {}
        self._counting = Counting()

    def progress(self, device_id: str) -> Progress | None:
        entity = PushProgress
        row = self._session.query(entity).filter(entity.device_id == device_id)
        found = row.filter(entity.community_id.in_(self._counters)).one_or_none()
        if found is None:
            return None
        lost = tuple((stretch["from"], stretch["to"]) for stretch in found.lost)
        return Progress(
            device_id, found.received_through, found.last_contact_at, found.clock_offset_ms, lost
        )

    def judged(self, device_id: str, ids: Collection[str]) -> dict[str, Judged]:
        parameters = {
            "ids": self._words.ids(ids),
            "partitions": self._partitions,
            "device_id": device_id,
        }
        return {
            str(row.id): Judged(
                Verdict(str(row.id), row.seq, row.verdict, row.receipt, row.code, row.detail),
                row.digest,
            )
            for row in self._session.execute(_judged(self._words), parameters)
        }

    def decision(self, device_id: str, id_: str) -> Decision | None:
        row = self._session.scalar(select(Quarantined).where(*self._key(device_id, id_)))
        if row is None or row.decided_at is None:
            return None
        who, what = row.decided_by or "", row.verdict or ""
        return Decision(
            device_id, id_, bool(row.accepted), who, row.decided_at, what, row.code, row.detail
        )

    def _key(self, device_id: str, id_: str) -> tuple[ColumnElement[bool], ...]:
        here = Quarantined.community_id.in_(self._counters)
        return here, Quarantined.device_id == device_id, Quarantined.id == id_

    def _hold(self, changes: Changes) -> None:
        """Note what waits for a decision, or what was decided (P8)."""
        held = [rows.quarantined(changes.home_id, e) for e in changes.entries if e.held_at]
        self._append(Quarantined.__table__, held)
        if changes.decision:
            key = self._key(changes.decision.device_id, changes.decision.mutation_id)
            values = rows.decision(changes.decision)
            self._session.execute(update(Quarantined).where(*key).values(values))

    def find(self, type_: str, ids: Collection[str]) -> list[Record]:
        found = self._remembered(load_records(self._session, type_, "id", ids, self._counters))
        return found + self._tombstones(type_, ids) if type_ in REMOVABLE else found

    def _tombstones(self, type_: str, ids: Collection[str]) -> list[Record]:
        entity = Departure
        found = self._session.query(entity).filter(
            entity.community_id.in_(self._counters), entity.id.in_(ids), entity.type == type_
        )
        return [
            Record(
                type_,
                gone.id,
                gone.community_id,
                {"grid_id": gone.grid_id, "compound_id": gone.compound_id},
                gone.version,
                removed=gone.removal,
            )
            for gone in found.filter(entity.reason == rows.REMOVED)
        ]

    def timelines(self, case_ids: Collection[str]) -> list[Record]:
        found = load_records(self._session, "case_event", "case_id", case_ids, self._counters)
        return self._remembered(found)

    def _remembered(self, records: list[Record]) -> list[Record]:
        self._before.update({(record.type, record.id): record for record in records})
        return records

    def _rows(self, statement: str, **parameters: Any) -> Any:
        return self._session.execute(
            text(statement), {**parameters, "partitions": self._partitions}
        )

    def departures(self, ids: Collection[str]) -> list[Departed]:
        entity = Departure
        found = self._session.query(entity).filter(
            entity.community_id.in_(self._counters), entity.id.in_(ids)
        )
        return [Departed(d.id, d.grid_id, d.compound_id, d.left_at) for d in found]

    def ladder(self) -> Ladder:
        communities = self._rows(
            f"SELECT path FROM unit WHERE {self._words.among('id', 'partitions')}"
        )
        above = {unit_id for (path,) in communities for unit_id in path.split("/")}
        units = self._rows(
            "SELECT id, level, name, path FROM unit WHERE "
            f"{self._words.among('community_id', 'partitions')} OR {self._words.among('id', 'ids')}",
            ids=self._words.ids(above),
        )
        return Ladder(Unit(str(u.id), u.level, u.name, tuple(u.path.split("/"))) for u in units)

    def latest(self, community_id: str) -> int:
        return self._counters.get(community_id, 0)

    def write(self, changes: Changes) -> None:
        """Everything in a few statements, whatever the size of the batch."""
        self._departures(changes.records, changes.at)
        for type_, records in _by_type(changes.records).items():
            self._delete(type_, [record.id for record in records if record.removed])
            kept = [self._numbered(record) for record in records if not record.removed]
            self._put(TABLES[type_], kept)
        self._put(BlobReference.__table__, rows.references(changes.records))
        self._append(
            JournalEntry.__table__, [rows.entry(changes.home_id, e) for e in changes.entries]
        )
        self._hold(changes)
        self._put(Notice.__table__, [rows.notice(n, changes) for n in changes.notices])
        self._put(PushProgress.__table__, [rows.progress(changes.home_id, changes.progress)])
        counters = [{"community_id": id_, "version": v} for id_, v in self._counters.items()]
        self._put(FeedCounter.__table__, counters)
        tallies.add(self._session, self._words, self._counting)

    def _put(self, table: Any, content: list[dict[str, Any]]) -> None:
        if content:
            self._session.execute(upsert(self._words, table), {"rows": dump(content)})

    def _append(self, table: Any, content: list[dict[str, Any]]) -> None:
        if content:
            self._session.execute(insert(self._words, table), {"rows": dump(content)})

    def _next(self, community_id: str) -> int:
        self._counters[community_id] += 1
        return self._counters[community_id]

    def _numbered(self, record: Record) -> dict[str, Any]:
        beside = {"community_id": record.community_id, "id": record.id}
        version = self._next(record.community_id)
        self._counting.put(self._before.get((record.type, record.id)), record, version)
        return {**record.value, **beside, "version": version, "stamps": record.stamps or None}

    def _delete(self, type_: str, ids: Collection[str]) -> None:
        if ids:
            self._counting.take(*(self._before.get((type_, id_)) for id_ in ids))
            where = f"{self._words.among('community_id', 'partitions')} AND {self._words.among('id', 'ids')}"
            self._rows(f'DELETE FROM "{type_}" WHERE {where}', ids=self._words.ids(ids))

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
