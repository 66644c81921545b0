"""Feeds of a community's records in SQL, as windows read as JSON text.

A window's statement depends only on which conditions it sets, so each is made once and then kept.
"""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, TextClause

from app.direct import Connection
from app.models import Building, Case, CaseEvent, Conflict, Dwelling, Resident, Visit
from app.sql import wire_object
from app.wire_lines import Words, del_line, lines, part, put_line, union
from sync.scope import View
from sync.store import Excerpt, Window

MODELS = (Building, Dwelling, Resident, Visit, Case, CaseEvent, Conflict)
TABLES: dict[str, Table] = {model.__table__.name: model.__table__ for model in MODELS}
"""The table of each type of a community's records, by the type's name, in the order of sync.records."""

BESIDE = {"community_id", "id", "version", "stamps", "due_steps", "next_due_at"}
"""The columns that travel beside a record's value, or not at all."""

OF_A_CASE = {"case": "id", "case_event": "case_id"}
"""What belongs to a case, and the column that says to which."""


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


def _excerpt(connection: Connection, statement: TextClause, parameters: dict[str, Any]) -> Excerpt:
    (_, latest), *rows = connection.execute(statement, parameters)
    return Excerpt(lines(rows), int(latest))


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
        part(type_, _put(words, type_, table), shown, bounded)
        for type_, table in TABLES.items()
        if (shown := _shown(words, table, seen, hidden))
    ]
    gone = _departed(words, seen, seen) if departed else None
    if gone:
        parts.append(part("departure", del_line(words, "type", "reason"), gone, bounded))
    return union([LATEST, *parts])


@cache
def _dels(words: Words, bounded: bool, seen: Sight, hidden: Sight) -> TextClause:
    """SELECT `LATEST`, dels of all types, and of what has left."""
    parts = [
        part(type_, del_line(words, f"'{type_}'"), shown, bounded)
        for type_, table in TABLES.items()
        if (shown := _shown(words, table, seen, hidden))
    ]
    gone = _departed(words, seen, hidden)
    if gone:
        parts.append(part("departure", del_line(words, "type", "reason"), gone, bounded))
    return union([LATEST, *parts])


def _put(words: Words, type_: str, table: Table) -> str:
    return put_line(words, type_, wire_object(words, value_columns(table)))


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
