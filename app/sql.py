"""The few things SQLite and PostgreSQL write differently, for statements made from our tables.

A batch is one statement a table. Records come out as JSON text that the database made; rows go in the way
that costs each least: to PostgreSQL as one JSON parameter that it unpacks, in one round trip; to SQLite,
which has none, one by one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

import orjson
from psycopg.types.json import Json
from sqlalchemy import JSON, Column, Dialect, Table, TextClause, text
from sqlalchemy.dialects import postgresql

from app.extensions import db
from app.models.types import Instant

PG = cast(Callable[[], Dialect], postgresql.dialect)()


Row = dict[str, Any]
"""A row by its columns' names, moments as the wire has them; columns that are missing are null."""


class Executes(Protocol):
    """A connection of ours or a session: what a statement can be run on."""

    def execute(self, statement: TextClause, parameters: Any, /) -> Any:
        """Run a statement, or once for each mapping of a list; what comes back gives its rows."""


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

    def only(self, column: str, parameter: str) -> str:
        """The column is the one in a list of one, of which an index yields its rows in a further column's
        order."""
        return f"{column} = (SELECT value FROM json_each(:{parameter}))"

    def picked(self, table: str, column: str, *same: str) -> str:
        """The rows of the communities in :partitions whose column is one of :ids, and which have the `same`
        as parameters of these columns' names. An index has them in this order: community, same, column."""
        equal = "".join(f" AND {name} = :{name}" for name in same)
        return (
            f'"{table}" WHERE {self.among("community_id", "partitions")}{equal}'
            f" AND {self.among(column, 'ids')}"
        )

    def each(self, parameter: str, type_: str = "uuid") -> str:
        """The ids in a list given so, as rows of one column; of another type where they are no UUIDs."""
        return f"(SELECT value AS id FROM json_each(:{parameter}))"

    def listed(self, parameter: str, columns: Mapping[str, str]) -> str:
        """The rows of a JSON list of objects given so, with these columns and their types."""
        values = ", ".join(f"value ->> '{name}' AS {name}" for name in columns)
        return f"(SELECT {values} FROM json_each(:{parameter}))"

    def ids(self, ids: Collection[str]) -> Any:
        return orjson.dumps(list(ids)).decode()

    def text(self, value: str) -> str:
        """A JSON value as text."""
        return value

    def rows(self, columns: Iterable[Column[Any]]) -> str:
        """What INSERT takes the columns from."""
        return f"VALUES ({', '.join(f':{column.name}' for column in columns)})"

    def given(self, columns: Iterable[Column[Any]], rows: Sequence[Row]) -> Any:
        """The parameters that bring these rows in."""
        names = [column.name for column in columns]
        nested = [column.name for column in columns if isinstance(column.type, JSON)]
        given = [{name: row.get(name) for name in names} for row in rows]
        for row in given:
            for name in nested:
                if row[name] is not None:
                    row[name] = orjson.dumps(row[name]).decode()
        return given


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

    def only(self, column: str, parameter: str) -> str:
        return f"{column} = (CAST(:{parameter} AS uuid[]))[1]"

    def picked(self, table: str, column: str, *same: str) -> str:
        # OFFSET 0 keeps it a look into an index for each id, and the key compared as one makes that index
        # cheapest by a hair which has all of it: a planner that knows no better, as on a new table, would
        # read everything the community ever stored, and keep to that plan until somebody analyses the table.
        # With a column between left out, the look would go on far behind the id, over what others sent
        wanted = {"community_id": "probe.partition", **{name: f":{name}" for name in same}}
        wanted[f'"{column}"'] = "probe.key"
        equal = " AND ".join(f"{name} = {value}" for name, value in wanted.items())
        keys = f"{equal} AND ({', '.join(wanted)}) >= ({', '.join(wanted.values())})"
        pairs = (
            "unnest(CAST(:partitions AS uuid[])) AS community(partition),"
            " unnest(CAST(:ids AS uuid[])) AS wanted(key)"
        )
        return (
            f"(SELECT partition, key FROM {pairs}) AS probe,"
            f' LATERAL (SELECT * FROM "{table}" WHERE {keys} OFFSET 0) AS found'
        )

    def each(self, parameter: str, type_: str = "uuid") -> str:
        return f"(SELECT unnest(CAST(:{parameter} AS {type_}[])) AS id)"

    def listed(self, parameter: str, columns: Mapping[str, str]) -> str:
        typed = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
        return f"(SELECT * FROM json_to_recordset(CAST(:{parameter} AS json)) AS row({typed}))"

    def ids(self, ids: Collection[str]) -> Any:
        return f"{{{','.join(ids)}}}"

    def text(self, value: str) -> str:
        return f"CAST({value} AS text)"

    def rows(self, columns: Iterable[Column[Any]]) -> str:
        typed = ", ".join(f'"{c.name}" {c.type.dialect_impl(PG).compile(PG)}' for c in columns)
        return f"SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS row({typed})"

    def given(self, _columns: Iterable[Column[Any]], rows: Sequence[Row]) -> Any:
        return {"rows": Json(rows, orjson.dumps)}


DIALECTS: dict[str, Sqlite | Postgres] = {"sqlite": Sqlite(), "postgresql": Postgres()}


def dialect() -> Sqlite | Postgres:
    """The words of the database in use."""
    return DIALECTS[db.engine.dialect.name]


def insert(connection: Executes, table: Table, rows: Sequence[Row], on_conflict: str = "") -> None:
    """Add rows to a table."""
    if rows:
        words = dialect()
        given = words.given(table.columns, rows)
        connection.execute(_insert(words, table, on_conflict), given)


def upsert(connection: Executes, table: Table, rows: Sequence[Row]) -> None:
    """Add rows, or overwrite those whose primary key is there."""
    insert(connection, table, rows, _overwriting(table))


@cache
def _insert(words: Sqlite | Postgres, table: Table, on_conflict: str) -> TextClause:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return text(f'INSERT INTO "{table.name}" ({names}) {words.rows(table.columns)} {on_conflict}')


@cache
def _overwriting(table: Table) -> str:
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
    return f"ON CONFLICT ({key}) DO " + (f"UPDATE SET {updates}" if rest else "NOTHING")


def wire_object(dialect: Sqlite | Postgres, columns: Iterable[Column[Any]]) -> str:
    """The columns as one JSON object, as records travel."""
    return json_object(dialect, {column.name: dialect.value(column) for column in columns})


def json_object(dialect: Sqlite | Postgres, values: Mapping[str, str]) -> str:
    """A JSON object of these expressions."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return f"{dialect.json_object}({pairs})"
