"""Feeds in SQL: windows of a community's records, and of units and people, read as JSON text."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Column, Table, text
from sqlalchemy.orm import Session

from app.models import Building, Case, CaseEvent, Conflict, Dwelling, Resident, Unit, Visit
from app.sql import Postgres, Sqlite, wire_object
from sync.scope import Scope, View
from sync.store import Line, ReferenceWindow, Window

MODELS = (Building, Dwelling, Resident, Visit, Case, CaseEvent, Conflict)
TABLES: dict[str, Table] = {model.__table__.name: model.__table__ for model in MODELS}
"""The table of each type of a community's records, by the type's name, in the order of sync.records."""

BESIDE = {"community_id", "id", "version", "stamps"}
"""The columns that travel beside a record's value, or not at all."""

UNIT_VALUE = [Unit.__table__.c[name] for name in ("code", "name", "level", "parent_id")]


def value_columns(table: Table) -> list[Column[Any]]:
    """The columns that make up a record's value on the wire."""
    return [column for column in table.columns if column.name not in BESIDE]


def read(session: Session, dialect: Sqlite | Postgres, window: Window, limit: int) -> list[Line]:
    """Puts of what the window shows; past a first copy also dels of what left it (L4)."""
    query = Query(dialect, window.after, window.upto)
    for type_, table in TABLES.items():
        query.add(type_, _put(dialect, type_, table), _shown(query, table, window))
    if window.after:
        _add_departed(query, window, window.view)
    return query.run(session, limit, community=window.community_id)


def read_dropped(
    session: Session, dialect: Sqlite | Postgres, window: Window, limit: int
) -> list[Line]:
    """Dels of all that the window shows, and of what has left it already."""
    query = Query(dialect, window.after, window.upto)
    for type_, table in TABLES.items():
        query.add(type_, _del(dialect, f"'{type_}'"), _shown(query, table, window))
    _add_departed(query, window, window.unless)
    return query.run(session, limit, community=window.community_id)


def read_reference(
    session: Session, dialect: Sqlite | Postgres, window: ReferenceWindow, limit: int
) -> list[Line]:
    """Puts of units and people."""
    memberships = (
        f"(SELECT {dialect.json_list}({dialect.json_object}('unit_id', unit_id, 'role', role))"
        " FROM membership WHERE person_id = person.id)"
    )
    person = f"{dialect.json_object}('name', name, 'memberships', {memberships})"
    puts = {
        "unit": _put_line(dialect, "unit", wire_object(dialect, UNIT_VALUE)),
        "person": _put_line(dialect, "person", person),
    }
    return _read_reference(session, dialect, window, limit, puts)


def read_dropped_reference(
    session: Session, dialect: Sqlite | Postgres, window: ReferenceWindow, limit: int
) -> list[Line]:
    """Dels of units and people."""
    dels = {type_: _del(dialect, f"'{type_}'") for type_ in ("unit", "person")}
    return _read_reference(session, dialect, window, limit, dels)


class Query:
    """A UNION of tables in version order, from `after` through `upto`, with its parameters."""

    def __init__(self, dialect: Sqlite | Postgres, after: int, upto: int | None) -> None:
        self.dialect = dialect
        self._parts: list[str] = []
        self._parameters: dict[str, Any] = {"after": after, "upto": upto}
        self._bounds = "version > :after" + ("" if upto is None else " AND version <= :upto")

    def ids(self, ids: Iterable[str]) -> str:
        """The name of a new parameter that holds these ids."""
        name = f"ids_{len(self._parameters)}"
        self._parameters[name] = self.dialect.ids(sorted(ids))
        return name

    def value(self, value: Any) -> str:
        """The name of a new parameter that holds this value."""
        name = f"value_{len(self._parameters)}"
        self._parameters[name] = value
        return name

    def add(self, table: str, line: str, where: str | None) -> None:
        """Read this table too; `where` None means that nothing of it is to be seen."""
        if where is not None:
            rows = (
                f'SELECT version, {line} AS line FROM "{table}" WHERE {self._bounds} AND ({where})'
            )
            # each part in order and cut by itself, so that a database merges them and writes no line in vain
            self._parts.append(f"SELECT * FROM ({rows} ORDER BY version LIMIT :limit) AS part")

    def run(self, session: Session, limit: int, **parameters: Any) -> list[Line]:
        """The first `limit` lines."""
        if not self._parts:
            return []
        union = " UNION ALL ".join(self._parts)
        statement = text(f"{union} ORDER BY version LIMIT :limit")
        rows = session.execute(statement, {**self._parameters, **parameters, "limit": limit})
        return [(version, orjson.Fragment(line)) for version, line in rows]


def _put(dialect: Sqlite | Postgres, type_: str, table: Table) -> str:
    return _put_line(dialect, type_, wire_object(dialect, value_columns(table)))


def _put_line(dialect: Sqlite | Postgres, type_: str, value: str) -> str:
    head = f"'op', 'put', 'type', '{type_}', 'id', id, 'version', version"
    return dialect.text(f"{dialect.json_object}({head}, 'value', {value})")


def _del(dialect: Sqlite | Postgres, type_: str, reason: str = "'out_of_scope'") -> str:
    head = f"'op', 'del', 'type', {type_}, 'id', id, 'reason', {reason}"
    return dialect.text(f"{dialect.json_object}({head})")


def _shown(query: Query, table: Table, window: Window) -> str | None:
    seen, hidden = _in_view(query, table, window.view), _in_view(query, table, window.unless)
    if seen is None:
        return None
    rest = f" AND NOT coalesce({hidden}, false)" if hidden else ""
    return f"community_id = :community AND {seen}{rest}"


def _in_view(query: Query, table: Table, view: View) -> str | None:
    """The condition under which the view shows a row; None when it shows none of this table."""
    if view.whole:
        return "(true)"
    places = {"compound_id": view.compounds, "grid_id": view.grids}
    terms = [query.dialect.among(column, query.ids(ids)) for column, ids in places.items() if ids]
    if view.above is not None and "reached" in table.columns:
        terms.append(f"reached >= :{query.value(view.above)}")
    return f"({' OR '.join(terms)})" if terms else None


def _add_departed(query: Query, window: Window, now_in: View) -> None:
    """Dels of what left the window's view, unless it is in `now_in` all the same."""
    view = window.view
    places = {"compound_id": view.compounds, "grid_id": view.grids}
    left = [query.dialect.among(column, query.ids(ids)) for column, ids in places.items() if ids]
    left += ["left_community = 1"] if view.whole else []
    if view.above is not None:
        left.append(f"(left_community = 1 AND reached >= :{query.value(view.above)})")
    present = [
        f'NOT EXISTS (SELECT 1 FROM "{type_}" AS present WHERE present.community_id = :community'
        f" AND present.id = departure.id AND {seen})"
        for type_, table in TABLES.items()
        if (seen := _in_view(query, table, now_in))
    ]
    if left:
        where = " AND ".join(["community_id = :community", f"({' OR '.join(left)})", *present])
        query.add("departure", _del(query.dialect, "type", "reason"), where)


def _read_reference(
    session: Session,
    dialect: Sqlite | Postgres,
    window: ReferenceWindow,
    limit: int,
    lines: dict[str, str],
) -> list[Line]:
    query = Query(dialect, window.after, window.upto)
    shown, hidden = _units(query, window.scope), _units(query, window.unless)
    query.add("unit", lines["unit"], f"{shown} AND NOT {hidden}")
    homes = query.ids(window.scope.homes - window.unless.homes)
    query.add("person", lines["person"], dialect.among("home_id", homes))
    return query.run(session, limit)


def _units(query: Query, scope: Scope) -> str:
    """The condition for units above, at or below the scope's territories."""
    above = {unit_id for t in scope.territories for unit_id in t.path}
    below = [f"path LIKE :{query.value('/'.join(t.path) + '/%')}" for t in scope.territories]
    return f"({' OR '.join([query.dialect.among('id', query.ids(above)), *below])})"
