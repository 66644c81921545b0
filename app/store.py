"""The SQL implementation of `sync.store`, in the database of the current app."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from uuid import uuid4

from sqlalchemy import TextClause, text

from app import direct, pruning, reference_windows, tallies, windows
from app.direct import reading
from app.extensions import writing
from app.loading import journaled, load_records
from app.sql import Postgres, Sqlite, dialect
from app.transaction import SqlTransaction
from sync.agreement import Place
from sync.case_flow import followed
from sync.instants import to_wire
from sync.records import Record
from sync.scope import Territory
from sync.store import EPOCH, Excerpt, Feed, Line, ReferenceWindow, Window
from sync.verdict import Judged

RECEIVED_THROUGH = text(
    "SELECT received_through FROM push_progress"
    " WHERE community_id = :home_id AND device_id = :device_id"
)


@cache
def due_by(words: Sqlite | Postgres) -> TextClause:
    """SELECT the :most cases that are due longest by :now; asked once a second, so by an index."""
    return text(
        'SELECT community_id, id FROM "case"'
        f" WHERE next_due_at <= {words.as_moment('now')} ORDER BY next_due_at LIMIT :most"
    )


@cache
def communities_by(words: Sqlite | Postgres) -> TextClause:
    """SELECT the communities of the cases in :ids; asked by anybody who has a receipt, so by an index."""
    return text(f'SELECT community_id FROM "case" WHERE {words.among("id", "ids")}')


@cache
def units_by_parent(words: Sqlite | Postgres) -> TextClause:
    """SELECT the levels and paths of the units right below those in :ids."""
    return text(f"SELECT level, path FROM unit WHERE {words.among('parent_id', 'ids')}")


class SqlStore:
    """Records, journals and feeds in the database of the current app."""

    @contextmanager
    def transaction(self, partitions: Collection[str]) -> Iterator[SqlTransaction]:
        with direct.writing() as connection:
            yield SqlTransaction(connection, partitions)

    def received_through(self, home_id: str, device_id: str) -> int:
        """How far the device's outbox has been received; 0 when it has sent nothing."""
        parameters = {"home_id": home_id, "device_id": device_id}
        with reading() as connection:
            found = connection.execute(RECEIVED_THROUGH, parameters).fetchone()
        return found[0] if found else 0

    def judged(self, home_id: str, device_id: str, ids: Collection[str]) -> list[Judged]:
        with reading() as connection:
            return list(journaled(connection, home_id, device_id, ids))

    def records(
        self, type_: str, ids: Collection[str], communities: Collection[str]
    ) -> list[Record]:
        """The records of a type with these ids in these communities."""
        with reading() as connection:
            return list(load_records(connection, type_, "id", ids, communities))

    def records_naming(self, sha256: str, communities: Collection[str]) -> list[Record]:
        """The records of these communities that name a photo."""
        words = dialect()
        statement = text(
            "SELECT type, record_id FROM blob_reference WHERE sha256 = :sha256"
            f" AND {words.among('community_id', 'ids')}"
        )
        with reading() as connection:
            parameters = {"sha256": sha256, "ids": words.ids(communities)}
            named = connection.execute(statement, parameters).fetchall()
            return [
                record
                for type_ in {type_ for type_, _ in named}
                for record in load_records(
                    connection, type_, "id", [str(i) for t, i in named if t == type_], communities
                )
            ]

    def cases(self, community_id: str, ids: Collection[str]) -> dict[str, Record]:
        """The cases of these ids in a community, as they stand."""
        with reading() as connection:
            found = load_records(connection, "case", "id", ids, [community_id])
            return {case.id: case for case in found}

    def followed(self, case: Record) -> Record:
        """The case that settles this one."""
        return followed(case, lambda id_: self.cases(case.community_id, [id_]).get(id_))

    def timelines(self, community_id: str, case_ids: Collection[str]) -> list[Record]:
        """The lines of these cases of a community, oldest first."""
        with reading() as connection:
            return list(load_records(connection, "case_event", "case_id", case_ids, [community_id]))

    def communities_of(self, case_ids: Collection[str]) -> set[str]:
        words = dialect()
        with reading() as connection:
            found = connection.execute(communities_by(words), {"ids": words.ids(case_ids)})
            return {str(community_id) for (community_id,) in found}

    def due(self, now: datetime, most: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        with reading() as connection:
            parameters = {"now": to_wire(now), "most": most}
            for community_id, id_ in connection.execute(due_by(dialect()), parameters):
                found.setdefault(str(community_id), []).append(str(id_))
        return found

    def communities_below(self, territories: Iterable[Territory]) -> dict[str, tuple[str, ...]]:
        words, communities = dialect(), dict[str, tuple[str, ...]]()
        above = {territory.path[-1] for territory in territories}
        # step by step, each by an index: none serves the beginning of a path in every collation
        with reading() as connection:
            while above:
                found = connection.execute(units_by_parent(words), {"ids": words.ids(above)})
                below = [(level, tuple(path.split("/"))) for level, path in found]
                communities |= {path[-1]: path for level, path in below if level == "community"}
                above = {path[-1] for level, path in below if level != "community"}
        return communities

    def feed(self, partitions: Collection[str], places: Collection[Place] = ()) -> Feed:
        with reading() as connection:
            return tallies.feed(connection, dialect(), partitions, places)

    def prune(self, before: datetime) -> None:
        with writing() as session:
            pruning.forget_departures(session, before)

    def renew_epoch(self, epoch: str) -> None:
        words = dialect()
        renew = text("UPDATE feed_epoch SET epoch = :new WHERE epoch = :old RETURNING id")
        # as writers lock them, in key order
        lock_all = text(f"SELECT 1 FROM feed_counter ORDER BY community_id {words.for_update}")
        go_on = text("UPDATE feed_counter SET version = (version / :span + 1) * :span")
        with writing() as session:
            if session.execute(renew, {"new": str(uuid4()), "old": epoch}).first():
                session.execute(lock_all)
                session.execute(go_on, {"span": EPOCH})

    def read(self, window: Window, limit: int) -> Excerpt:
        with reading() as connection:
            return windows.read(connection, dialect(), window, limit)

    def read_dropped(self, window: Window, limit: int) -> Excerpt:
        with reading() as connection:
            return windows.read_dropped(connection, dialect(), window, limit)

    def read_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        with reading() as connection:
            return reference_windows.read(connection, dialect(), window, limit)

    def read_dropped_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        with reading() as connection:
            return reference_windows.read_dropped(connection, dialect(), window, limit)
