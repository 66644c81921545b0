"""The SQL implementation of `sync.store`, in the database of the current app."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

from sqlalchemy import text

from app import pruning, tallies, windows
from app.extensions import reading, writing
from app.sql import dialect
from app.transaction import SqlTransaction, load_records
from sync.agreement import Place
from sync.records import Record
from sync.scope import Territory
from sync.store import EPOCH, Feed, Line, ReferenceWindow, Window


class SqlStore:
    """Records, journals and feeds in the database of the current app."""

    @contextmanager
    def transaction(self, partitions: Collection[str]) -> Iterator[SqlTransaction]:
        with writing() as session:
            yield SqlTransaction(session, partitions)

    def received_through(self, home_id: str, device_id: str) -> int:
        """How far the device's outbox has been received; 0 when it has sent nothing."""
        statement = text(
            "SELECT received_through FROM push_progress"
            " WHERE community_id = :home_id AND device_id = :device_id"
        )
        with reading() as session:
            parameters = {"home_id": home_id, "device_id": device_id}
            return session.scalar(statement, parameters) or 0

    def records_naming(self, sha256: str, communities: Collection[str]) -> list[Record]:
        """The records of these communities that name a photo."""
        words = dialect()
        statement = text(
            "SELECT type, record_id FROM blob_reference WHERE sha256 = :sha256"
            f" AND {words.among('community_id', 'ids')}"
        )
        with reading() as session:
            parameters = {"sha256": sha256, "ids": words.ids(communities)}
            named = session.execute(statement, parameters).all()
            return [
                record
                for type_ in {type_ for type_, _ in named}
                for record in load_records(
                    session, type_, "id", [str(i) for t, i in named if t == type_], communities
                )
            ]

    def communities_of(self, case_ids: Collection[str]) -> set[str]:
        words = dialect()
        statement = f'SELECT community_id FROM "case" WHERE {words.among("id", "ids")}'
        with reading() as session:
            found = session.scalars(text(statement), {"ids": words.ids(case_ids)})
            return {str(community_id) for community_id in found}

    def communities_below(self, territories: Iterable[Territory]) -> dict[str, tuple[str, ...]]:
        statement = text("SELECT path FROM unit WHERE level = 'community' AND path LIKE :below")
        with reading() as session:
            found = [
                tuple(path.split("/"))
                for territory in territories
                for path in session.scalars(statement, {"below": "/".join(territory.path) + "/%"})
            ]
        return {path[-1]: path for path in found}

    def feed(self, partitions: Collection[str], places: Collection[Place] = ()) -> Feed:
        with reading() as session:
            return tallies.feed(session, dialect(), partitions, places)

    def prune(self, before: datetime) -> None:
        with writing() as session:
            pruning.forget_departures(session, dialect(), before)

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

    def read(self, window: Window, limit: int) -> list[Line]:
        with reading() as session:
            return windows.read(session, dialect(), window, limit)

    def read_dropped(self, window: Window, limit: int) -> list[Line]:
        with reading() as session:
            return windows.read_dropped(session, dialect(), window, limit)

    def read_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        with reading() as session:
            return windows.read_reference(session, dialect(), window, limit)

    def read_dropped_reference(self, window: ReferenceWindow, limit: int) -> list[Line]:
        with reading() as session:
            return windows.read_dropped_reference(session, dialect(), window, limit)
