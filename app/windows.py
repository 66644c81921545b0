"""Feeds in SQL: windows of a community's records, and of units and people, read as JSON text.

A window's statement depends only on which conditions it sets, so each is made once and then kept.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Column, Table, TextClause, text

from app.direct import Connection
from app.models import Building, Case, CaseEvent, Conflict, Dwelling, Resident, Unit, Visit
from app.sql import Postgres, Sqlite, json_object, wire_object
from sync.scope import View
from sync.store import REFERENCE, Excerpt, Line, ReferenceWindow, Window

MODELS = (Building, Dwelling, Resident, Visit, Case, CaseEvent, Conflict)
TABLES: dict[str, Table] = {model.__table__.name: model.__table__ for model in MODELS}
"""The table of each type of a community's records, by the type's name, in the order of sync.records."""

BESIDE = {"community_id", "id", "version", "stamps", "due_steps", "next_due_at"}
"""The columns that travel beside a record's value, or not at all."""

OF_A_CASE = {"case": "id", "case_event": "case_id"}
"""What belongs to a case, and the column that says to which."""

UNIT_VALUE = [Unit.__table__.c[name] for name in ("code", "name", "level", "parent_id")]


def value_columns(table: Table) -> list[Column[Any]]:
    """The columns that make up a record's value on the wire."""
    return [column for column in table.columns if column.name not in BESIDE]


SEVERAL = 2


class Sight(NamedTuple):
    """Which conditions a view sets; their values are parameters, named by whose view it is.

    Of compounds and grids there are 0, 1 or `SEVERAL`.
    """

    name: str
    whole: bool
    compounds: int
    grids: int
    cases: bool
    above: bool


Words = Sqlite | Postgres


def read(connection: Connection, words: Words, window: Window, limit: int) -> Excerpt:
    """Puts of what the window shows; past a first copy also dels of what left it (L4)."""
    seen, hidden = _sight("seen", window.view), _sight("hidden", window.unless)
    statement = _puts(words, window.upto is not None, seen, hidden, window.after > 0)
    return _excerpt(connection, statement, _given(words, window, limit))


def read_dropped(connection: Connection, words: Words, window: Window, limit: int) -> Excerpt:
    """Dels of all that the window shows, and of what has left it already."""
    seen, hidden = _sight("seen", window.view), _sight("hidden", window.unless)
    statement = _dels(words, window.upto is not None, seen, hidden)
    return _excerpt(connection, statement, _given(words, window, limit))


def read_reference(
    connection: Connection, words: Words, window: ReferenceWindow, limit: int
) -> list[Line]:
    """Puts of units and people; past a first copy also dels of those that moved away (L4)."""
    return _read_reference(connection, words, window, limit, "put")


def read_dropped_reference(
    connection: Connection, words: Words, window: ReferenceWindow, limit: int
) -> list[Line]:
    """Dels of units and people, and of those that have moved away already."""
    return _read_reference(connection, words, window, limit, "del")


def _excerpt(connection: Connection, statement: TextClause, parameters: dict[str, Any]) -> Excerpt:
    (_, latest), *rows = connection.execute(statement, parameters)
    return Excerpt(_lines(rows), int(latest))


def _lines(rows: Iterable[Any]) -> list[Line]:
    return [(version, orjson.Fragment(line)) for version, line in rows]


def _sight(name: str, view: View) -> Sight:
    compounds, grids = (min(len(those), SEVERAL) for those in (view.compounds, view.grids))
    return Sight(name, view.whole, compounds, grids, bool(view.cases), view.above is not None)


def _given(words: Words, window: Window, limit: int) -> dict[str, Any]:
    """The values of all conditions that a window may set."""
    given = {
        "community": window.community_id,
        "after": window.after,
        "upto": window.upto,
        # `LATEST` takes one
        "limit": limit + 1,
    }
    for name, view in (("seen", window.view), ("hidden", window.unless)):
        given[f"{name}_compounds"] = words.ids(view.compounds)
        given[f"{name}_grids"] = words.ids(view.grids)
        given[f"{name}_cases"] = words.ids(view.cases)
        given[f"{name}_above"] = view.above
    return given


LATEST = (
    "SELECT CAST(-1 AS bigint) AS version, CAST(coalesce((SELECT version FROM feed_counter"
    " WHERE community_id = :community), 0) AS text) AS line"
)
"""The number of the feed's latest change as the text of a line that comes before all others."""


@cache
def _puts(words: Words, bounded: bool, seen: Sight, hidden: Sight, departed: bool) -> TextClause:
    """SELECT `LATEST`, puts of all types, and dels of what `departed`."""
    parts = [
        _part(type_, _put(words, type_, table), shown, bounded)
        for type_, table in TABLES.items()
        if (shown := _shown(words, table, seen, hidden))
    ]
    gone = _departed(words, seen, seen) if departed else None
    if gone:
        parts.append(_part("departure", _del(words, "type", "reason"), gone, bounded))
    return _union([LATEST, *parts])


@cache
def _dels(words: Words, bounded: bool, seen: Sight, hidden: Sight) -> TextClause:
    """SELECT `LATEST`, dels of all types, and of what has left."""
    parts = [
        _part(type_, _del(words, f"'{type_}'"), shown, bounded)
        for type_, table in TABLES.items()
        if (shown := _shown(words, table, seen, hidden))
    ]
    gone = _departed(words, seen, hidden)
    if gone:
        parts.append(_part("departure", _del(words, "type", "reason"), gone, bounded))
    return _union([LATEST, *parts])


def _part(table: str, line: str, where: str, bounded: bool) -> str:
    """A table's lines in order and cut by itself, so that a database merges them and writes none in vain."""
    stretch = "version > :after" + (" AND version <= :upto" if bounded else "")
    rows = f'SELECT version, {line} AS line FROM "{table}" WHERE {stretch} AND ({where})'
    return f"SELECT * FROM ({rows} ORDER BY version LIMIT :limit) AS part"


def _union(parts: Sequence[str]) -> TextClause:
    """The first :limit lines of all parts."""
    return text(f"{' UNION ALL '.join(parts)} ORDER BY version LIMIT :limit")


def _put(words: Words, type_: str, table: Table) -> str:
    return _put_line(words, type_, wire_object(words, value_columns(table)))


def _put_line(words: Words, type_: str, value: str) -> str:
    # put together as text: PostgreSQL takes a fifth longer for a line when it builds an object in another
    head = f"""'{{"op":"put","type":"{type_}","id":"' || id || '","version":' || version"""
    return f"""{head} || ',"value":' || {words.text(value)} || '}}'"""


def _del(words: Words, type_: str, reason: str = "'out_of_scope'") -> str:
    head = f"'op', 'del', 'type', {type_}, 'id', id, 'reason', {reason}"
    return words.text(f"{words.json_object}({head})")


def _shown(words: Words, table: Table, seen: Sight, hidden: Sight) -> str | None:
    """The condition for what `seen` shows and `hidden` does not; None when that is nothing of this table."""
    shown, beyond = _in_view(words, table, seen), _in_view(words, table, hidden)
    if shown is None:
        return None
    rest = f" AND NOT coalesce({beyond}, false)" if beyond else ""
    return f"community_id = :community AND {shown}{rest}"


def _in_view(words: Words, table: Table, sight: Sight) -> str | None:
    """The condition under which a view shows a row; None when it shows none of this table."""
    if sight.whole:
        return "(true)"
    terms = _places(words, sight)
    if sight.cases and table.name in OF_A_CASE:
        terms.append(words.among(OF_A_CASE[table.name], f"{sight.name}_cases"))
    if sight.above and "reached" in table.columns:
        terms.append(f"reached >= :{sight.name}_above")
    return f"({' OR '.join(terms)})" if terms else None


def _places(words: Words, sight: Sight) -> list[str]:
    columns = {"compound_id": ("compounds", sight.compounds), "grid_id": ("grids", sight.grids)}
    return [
        (words.among if given == SEVERAL else words.only)(column, f"{sight.name}_{plural}")
        for column, (plural, given) in columns.items()
        if given
    ]


def _departed(words: Words, seen: Sight, now_in: Sight) -> str | None:
    """The condition for what left the view, unless it is in `now_in` all the same."""
    left = _places(words, seen)
    left += ["left_community = 1"] if seen.whole else []
    if seen.above:
        left.append(f"(left_community = 1 AND reached >= :{seen.name}_above)")
    present = [
        f'NOT EXISTS (SELECT 1 FROM "{type_}" AS present WHERE present.community_id = :community'
        f" AND present.id = departure.id AND departure.type = '{type_}' AND {shown})"
        for type_, table in TABLES.items()
        if (shown := _in_view(words, table, now_in))
    ]
    where = " AND ".join(["community_id = :community", f"({' OR '.join(left)})", *present])
    return where if left else None


def _read_reference(
    connection: Connection, words: Words, window: ReferenceWindow, limit: int, op: str
) -> list[Line]:
    scopes = {"seen": window.scope, "hidden": window.unless}
    given: dict[str, Any] = {"after": window.after, "upto": window.upto, "limit": limit}
    for name, scope in scopes.items():
        given[f"{name}_homes"] = words.ids(scope.homes)
        given[f"{name}_above"] = words.ids(
            {id_ for t in scope.territories for id_ in t.ladder_path}
        )
        for number, territory in enumerate(scope.territories):
            given[f"{name}_below_{number}"] = "/".join(territory.ladder_path) + "/%"
    seen, hidden = (Sighted(name, len(scope.territories)) for name, scope in scopes.items())
    departed = op == "del" or window.after > 0
    statement = _reference(words, op, window.upto is not None, seen, hidden, departed)
    return _lines(connection.execute(statement, {**given, "reference": REFERENCE}))


class Sighted(NamedTuple):
    """A scope's parameters, by its name, and for how many territories."""

    name: str
    territories: int


@cache
def _reference(
    words: Words, op: str, bounded: bool, seen: Sighted, hidden: Sighted, departed: bool
) -> TextClause:
    """SELECT puts or dels of units and people, and dels of those that `departed`."""
    lines = (_put_unit_and_person if op == "put" else _del_unit_and_person)(words)
    parts = [
        _part(
            type_, line, f"{_of(words, type_, seen)} AND NOT {_of(words, type_, hidden)}", bounded
        )
        for type_, line in lines.items()
    ]
    now_in = seen if op == "put" else hidden
    parts += [
        _part("departure", line, _moved_away(words, type_, seen, now_in), bounded)
        for type_, line in _del_unit_and_person(words).items()
        if departed
    ]
    return _union(parts)


def _put_unit_and_person(words: Words) -> dict[str, str]:
    columns = ("unit_id", "role", "department")
    membership = json_object(words, {name: name for name in columns})
    # nobody has anything done by somebody who is shut out: to their colleagues they have no post
    memberships = (
        f"coalesce((SELECT {words.json_list}({membership}) FROM membership"
        " WHERE person_id = person.id AND person.suspended_at IS NULL), '[]')"
    )
    person = f"{words.json_object}('name', name, 'memberships', {memberships})"
    return {
        "unit": _put_line(words, "unit", wire_object(words, UNIT_VALUE)),
        "person": _put_line(words, "person", person),
    }


def _del_unit_and_person(words: Words) -> dict[str, str]:
    return {type_: _del(words, f"'{type_}'") for type_ in ("unit", "person")}


def _of(words: Words, type_: str, scope: Sighted) -> str:
    """The condition for units above, at or below a scope's ladders, and for people of its homes."""
    if type_ == "person":
        return words.among("home_id", f"{scope.name}_homes")
    below = [f"path LIKE :{scope.name}_below_{number}" for number in range(scope.territories)]
    return f"({' OR '.join([words.among('id', f'{scope.name}_above'), *below])})"


def _moved_away(words: Words, type_: str, seen: Sighted, now_in: Sighted) -> str:
    """The condition for those that left a scope by moving, unless they are in `now_in` all the same."""
    return (
        f"community_id = :reference AND type = '{type_}' AND {_of(words, type_, seen)}"
        f' AND NOT EXISTS (SELECT 1 FROM "{type_}" AS present'
        f" WHERE present.id = departure.id AND {_of(words, type_, now_in)})"
    )
