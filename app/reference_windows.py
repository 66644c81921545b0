"""Feeds of units and people in SQL, as windows of the one partition that all phones share."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import TextClause

from app.direct import Connection
from app.models import Unit
from app.sql import json_object, wire_object
from app.wire_lines import Words, del_line, lines, part, put_line, union
from sync.store import REFERENCE, Line, ReferenceWindow

UNIT_VALUE = [Unit.__table__.c[name] for name in ("code", "name", "level", "parent_id")]


def read(connection: Connection, words: Words, window: ReferenceWindow, limit: int) -> list[Line]:
    """Puts of units and people; past a first copy also dels of those that moved away (L4)."""
    return _read(connection, words, window, limit, "put")


def read_dropped(
    connection: Connection, words: Words, window: ReferenceWindow, limit: int
) -> list[Line]:
    """Dels of units and people, and of those that have moved away already."""
    return _read(connection, words, window, limit, "del")


def _read(
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
    return lines(connection.execute(statement, {**given, "reference": REFERENCE}))


class Sighted(NamedTuple):
    """A scope's parameters, by its name, and for how many territories."""

    name: str
    territories: int


@cache
def _reference(
    words: Words, op: str, bounded: bool, seen: Sighted, hidden: Sighted, departed: bool
) -> TextClause:
    """SELECT puts or dels of units and people, and dels of those that `departed`."""
    made = (_put_unit_and_person if op == "put" else _del_unit_and_person)(words)
    parts = [
        part(type_, line, f"{_of(words, type_, seen)} AND NOT {_of(words, type_, hidden)}", bounded)
        for type_, line in made.items()
    ]
    now_in = seen if op == "put" else hidden
    parts += [
        part("departure", line, _moved_away(words, type_, seen, now_in), bounded)
        for type_, line in _del_unit_and_person(words).items()
        if departed
    ]
    return union(parts)


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
        "unit": put_line(words, "unit", wire_object(words, UNIT_VALUE)),
        "person": put_line(words, "person", person),
    }


def _del_unit_and_person(words: Words) -> dict[str, str]:
    return {type_: del_line(words, f"'{type_}'") for type_ in ("unit", "person")}


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
