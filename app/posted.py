"""Who serves at units and is on shift there, in SQL."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import TextClause, text

from app.sql import Executes, Postgres, Sqlite, dialect
from sync.duty import Serving
from sync.instants import to_wire

LONGEST = timedelta(hours=24)
"""No shift is longer: what is on now ends within that time, so that later ones are not looked at."""


@cache
def _serving(words: Sqlite | Postgres) -> TextClause:
    """SELECT who serves at the units in :ids, as what, and whether they are on shift there :now."""
    now, latest = words.as_moment("now"), words.as_moment("latest")
    on_shift = (
        "EXISTS (SELECT 1 FROM duty_shift AS shift"
        " WHERE shift.community_id = coalesce(unit.community_id, unit.id)"
        " AND shift.unit_id = unit.id AND shift.person_id = person.id"
        f" AND shift.ends_at > {now} AND shift.ends_at <= {latest} AND shift.starts_at <= {now})"
    )
    return text(
        "SELECT person.id, person.name, unit.id, unit.level, membership.role,"
        f" membership.department, {on_shift} FROM membership"
        " JOIN person ON person.id = membership.person_id JOIN unit ON unit.id = membership.unit_id"
        f" WHERE {words.among('unit.id', 'ids')} AND person.suspended_at IS NULL"
        " ORDER BY person.name, person.id"
    )


def serving(connection: Executes, unit_ids: Collection[str], now: datetime) -> list[Serving]:
    """Who serves at these units, nobody suspended; who has left a unit is not on shift there either."""
    words = dialect()
    given = {"ids": words.ids(unit_ids), "now": to_wire(now), "latest": to_wire(now + LONGEST)}
    return [
        Serving(str(person_id), name, str(unit_id), level, role, department, bool(on_shift))
        for person_id, name, unit_id, level, role, department, on_shift in connection.execute(
            _serving(words), given
        )
    ]
