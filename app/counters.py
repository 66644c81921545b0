"""The counters of communities: whoever writes in one holds its own, and numbers each change by it (L2)."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from app.sql import Executes, Postgres, Sqlite, dialect
from sync.store import EPOCH, REFERENCE


@cache
def _counters(words: Sqlite | Postgres) -> TextClause:
    """SELECT the counters of :ids in key order, locking them."""
    return text(
        f"SELECT community_id, version FROM feed_counter WHERE {words.among('community_id', 'ids')}"
        f" ORDER BY community_id {words.for_update}"
    )


@cache
def _begun(words: Sqlite | Postgres) -> TextClause:
    """INSERT counters of :ids where there are none, above all that lost epochs gave (L5)."""
    begun = f"SELECT version / {EPOCH} * {EPOCH} FROM feed_counter WHERE community_id = :reference"
    return text(
        f"INSERT INTO feed_counter (community_id, version) SELECT id, coalesce(({begun}), 0)"
        f" FROM {words.each('ids')} AS given WHERE true ON CONFLICT DO NOTHING"
    )


def lock(connection: Executes, partitions: Collection[str]) -> dict[str, int]:
    """Lock the counters of these partitions in key order, making those that are missing (L2)."""
    return read(lock_unread(connection, partitions))


def lock_unread(connection: Executes, partitions: Collection[str]) -> Iterable[tuple[Any, int]]:
    """The same, and the counters may be read later, with `read`."""
    words = dialect()
    begun = {"ids": words.ids(sorted(set(partitions))), "reference": REFERENCE}
    connection.execute(_begun(words), begun)
    locked: Iterable[tuple[Any, int]] = connection.execute(
        _counters(words), {"ids": words.ids(partitions)}
    )
    return locked


def read(locked: Iterable[tuple[Any, int]]) -> dict[str, int]:
    """The latest number of each community that was locked."""
    return {str(id_): version for id_, version in locked}
