"""The few things SQLite and PostgreSQL write differently, for statements made from our tables.

Rows go in as one JSON parameter that the database unpacks, and records come out as JSON text that it
made: a batch is one statement a table, and no row passes through Python objects.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, cast

import orjson
from sqlalchemy import JSON, Column, Dialect, Table, TextClause, text
from sqlalchemy.dialects import postgresql

from app.extensions import db
from app.models.types import Instant

PG = cast(Callable[[], Dialect], postgresql.dialect)()


class Sqlite:
    """SQLite's words."""

    for_update = ""
    json_object = "json_object"
    json_list = "json_group_array"

    def value(self, column: Column[Any]) -> str:
        """The column as a value inside a JSON object."""
        return f'json("{column.name}")' if isinstance(column.type, JSON) else f'"{column.name}"'

    def moment(self, column: str) -> str:
        """A moment as the wire has it."""
        return column

    def as_moment(self, parameter: str) -> str:
        """A parameter that is a moment of the wire, to be compared with a column."""
        return f":{parameter}"

    def among(self, column: str, parameter: str) -> str:
        """The column is one of a list given as a parameter made by `ids`."""
        return f"{column} IN (SELECT value FROM json_each(:{parameter}))"

    def picked(self, table: str, column: str, more: str = "true") -> str:
        """The rows of the communities in :partitions whose column is one of :ids, for which `more` holds."""
        keys = f"{self.among('community_id', 'partitions')} AND {self.among(column, 'ids')}"
        return f'"{table}" WHERE {keys} AND {more}'

    def ids(self, ids: Collection[str]) -> Any:
        return orjson.dumps(list(ids)).decode()

    def text(self, value: str) -> str:
        """A JSON value as text."""
        return value

    def rows(self, columns: Iterable[Column[Any]]) -> str:
        """SELECT the columns from the JSON array of objects in :rows."""
        values = ", ".join(f"json_extract(value, '$.{column.name}')" for column in columns)
        return f"SELECT {values} FROM json_each(:rows) WHERE true"


class Postgres:
    """PostgreSQL's words."""

    for_update = "FOR UPDATE"
    json_object = "json_build_object"
    json_list = "json_agg"

    def value(self, column: Column[Any]) -> str:
        name = f'"{column.name}"'
        return self.moment(name) if isinstance(column.type, Instant) else name

    def moment(self, column: str) -> str:
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

    def as_moment(self, parameter: str) -> str:
        return f"CAST(:{parameter} AS timestamptz)"

    def among(self, column: str, parameter: str) -> str:
        return f"{column} = ANY(CAST(:{parameter} AS uuid[]))"

    def picked(self, table: str, column: str, more: str = "true") -> str:
        # OFFSET 0 keeps it a look into an index for each id: a planner that knows no better, as on a new
        # table, would read everything the community ever stored
        keys = f'community_id = probe.partition AND "{column}" = probe.key AND {more}'
        pairs = (
            "unnest(CAST(:partitions AS uuid[])) AS community(partition),"
            " unnest(CAST(:ids AS uuid[])) AS wanted(key)"
        )
        return (
            f"(SELECT partition, key FROM {pairs}) AS probe,"
            f' LATERAL (SELECT * FROM "{table}" WHERE {keys} OFFSET 0) AS found'
        )

    def ids(self, ids: Collection[str]) -> Any:
        return list(ids)

    def text(self, value: str) -> str:
        return f"CAST({value} AS text)"

    def rows(self, columns: Iterable[Column[Any]]) -> str:
        typed = ", ".join(f'"{c.name}" {c.type.dialect_impl(PG).compile(PG)}' for c in columns)
        return f"SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS row({typed})"


DIALECTS: dict[str, Sqlite | Postgres] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def dialect() -> Sqlite | Postgres:
    """The words of the database in use."""
    return DIALECTS[db.engine.dialect.name]


@cache
def insert(dialect: Sqlite | Postgres, table: Table, on_conflict: str = "") -> TextClause:
    """INSERT the rows in :rows into the table."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = dialect.rows(table.columns)
    return text(f'INSERT INTO "{table.name}" ({names}) {rows} {on_conflict}')


@cache
def upsert(dialect: Sqlite | Postgres, table: Table) -> TextClause:
    """INSERT the rows in :rows, or overwrite those whose primary key is there."""
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    then = f"UPDATE SET {updates}" if rest else "NOTHING"
    return insert(dialect, table, f"ON CONFLICT ({key}) DO {then}")


def wire_object(dialect: Sqlite | Postgres, columns: Iterable[Column[Any]]) -> str:
    """The columns as one JSON object, as records travel."""
    return json_object(dialect, {column.name: dialect.value(column) for column in columns})


def json_object(dialect: Sqlite | Postgres, values: Mapping[str, str]) -> str:
    """A JSON object of these expressions."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return f"{dialect.json_object}({pairs})"


def dump(rows: list[dict[str, Any]]) -> str:
    """Rows as the JSON parameter that `insert` and `upsert` unpack."""
    return orjson.dumps(rows).decode()
