"""Records, and what the journal has of mutations, read from SQL."""

from collections.abc import Callable, Collection, Iterator
from functools import cache

import orjson
from sqlalchemy import TextClause, text

from app.direct import Connection
from app.sql import Postgres, Sqlite, dialect, wire_object
from app.windows import TABLES, value_columns
from sync.records import Due, Record
from sync.verdict import Judged, Verdict


@cache
def records_by(words: Sqlite | Postgres, type_: str, column: str) -> TextClause:
    """SELECT the records of a type whose column is one of :ids, by an index, in version order."""
    return _records(words, type_, words.picked(type_, column))


@cache
def records_of_all(words: Sqlite | Postgres, type_: str, column: str) -> TextClause:
    """The same by one look at all there are, where no index has the column."""
    among = f"{words.among('community_id', 'partitions')} AND {words.among(column, 'ids')}"
    return _records(words, type_, f'"{type_}" WHERE {among}')


def _records(words: Sqlite | Postgres, type_: str, source: str) -> TextClause:
    table = TABLES[type_]
    value = words.text(wire_object(words, value_columns(table)))
    stamps, due = (
        words.text(name) if name in table.columns else "NULL" for name in ("stamps", "due_steps")
    )
    return text(
        f"SELECT id, community_id, version, {value} AS value, {stamps} AS stamps, {due} AS due"
        f" FROM {source} ORDER BY version"
    )


def load_records(
    connection: Connection,
    type_: str,
    column: str,
    ids: Collection[str],
    communities: Collection[str],
    by: Callable[[Sqlite | Postgres, str, str], TextClause] = records_by,
) -> Iterator[Record]:
    """The records of these communities whose `column` is one of `ids`, in version order."""
    words = dialect()
    parameters = {"ids": words.ids(ids), "partitions": words.ids(communities)}
    rows = connection.execute(by(words, type_, column), parameters)
    return (
        Record(
            type_,
            str(id_),
            str(community_id),
            orjson.loads(value),
            version,
            orjson.loads(stamps) if stamps else {},
            due=tuple(Due(**step) for step in orjson.loads(due)) if due else (),
        )
        for id_, community_id, version, value, stamps, due in rows
    )


@cache
def judged_by(words: Sqlite | Postgres) -> TextClause:
    """SELECT what the journal of :device_id has of the mutations in :ids."""
    those = words.picked("mutation", "id", "device_id")
    # as text, for the driver would make an object of each id
    columns = "CAST(id AS text), seq, verdict, receipt, code, detail, digest"
    return text(f"SELECT {columns} FROM {those}")


def journaled(
    connection: Connection, home_id: str, device_id: str, ids: Collection[str]
) -> Iterator[Judged]:
    """What a device's journal, in the partition that is its home, has of these mutation ids."""
    words = dialect()
    parameters = {
        "ids": words.ids(ids),
        "partitions": words.ids([home_id]),
        "device_id": device_id,
    }
    rows = connection.execute(judged_by(words), parameters)
    return (
        Judged(Verdict(id_, seq, verdict, receipt, code, detail), digest)
        for id_, seq, verdict, receipt, code, detail, digest in rows
    )
