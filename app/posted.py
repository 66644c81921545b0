"""Who serves at units and is on shift there, in SQL."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text

from app.sql import Executes, Postgres, Sqlite, dialect
from sync.duty import Serving
from sync.instants import from_wire, to_wire

LONGEST = timedelta(hours=24)
"""No shift is longer: what is on now ends within that time, so that later ones are not looked at."""


class Shift(NamedTuple):
    """A shift that somebody is on, and until when."""

    kind: str
    ends_at: datetime


@cache
def statement(words: Sqlite | Postgres) -> TextClause:
    """SELECT who serves at the units in :ids, as what, and each shift they are on there :now, if any."""
    now, latest = words.as_moment("now"), words.as_moment("latest")
    on_now = (
        "shift.community_id = coalesce(unit.community_id, unit.id)"
        " AND shift.unit_id = unit.id AND shift.person_id = person.id"
        f" AND shift.ends_at > {now} AND shift.ends_at <= {latest} AND shift.starts_at <= {now}"
    )
    return text(
        "SELECT person.id, person.name, unit.id, unit.level, membership.role,"
        f" membership.department, shift.kind, {words.moment('shift.ends_at')} FROM membership"
        " JOIN person ON person.id = membership.person_id JOIN unit ON unit.id = membership.unit_id"
        f" LEFT JOIN duty_shift AS shift ON {on_now}"
        f" WHERE {words.among('unit.id', 'ids')} AND person.suspended_at IS NULL"
        " ORDER BY person.name, person.id, shift.ends_at"
    )


def given(words: Sqlite | Postgres, unit_ids: Collection[str], now: datetime) -> dict[str, Any]:
    """The parameters of the statement."""
    return {"ids": words.ids(unit_ids), "now": to_wire(now), "latest": to_wire(now + LONGEST)}


def on_shifts(
    connection: Executes, unit_ids: Collection[str], now: datetime
) -> Iterator[tuple[Serving, Shift | None]]:
    """Who serves at these units, with each shift they are on there now; None who is on none.

    Nobody suspended, and nobody who has left the unit: a roster may not know it yet.
    """
    words = dialect()
    rows = connection.execute(statement(words), given(words, unit_ids, now))
    for person_id, name, unit_id, level, role, department, kind, ends_at in rows:
        shift = Shift(kind, from_wire(ends_at)) if kind else None
        who = (str(person_id), name, str(unit_id), level, role, department)
        yield Serving(*who, on_shift=shift is not None), shift


def serving(connection: Executes, unit_ids: Collection[str], now: datetime) -> list[Serving]:
    """Who serves at these units, and whether they are on shift there now."""
    return list(dict.fromkeys(who for who, _ in on_shifts(connection, unit_ids, now)))
