"""What a judgement needs to know of units, read from SQL: the ladder, their times, their duty lists."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import TextClause, text

from app.direct import Connection
from app.sql import Postgres, Sqlite, dialect
from sync.levels import Ladder, Unit
from sync.policies import DeadlinePolicy, DutyItem, precedence


@cache
def _paths(words: Sqlite | Postgres) -> TextClause:
    """SELECT the paths of the communities."""
    return text(f"SELECT path FROM unit WHERE {words.among('id', 'partitions')}")


@cache
def _units(words: Sqlite | Postgres) -> TextClause:
    """SELECT the units of the communities, and those in :ids."""
    return text(
        "SELECT id, level, name, path FROM unit WHERE "
        f"{words.among('community_id', 'partitions')} OR {words.among('id', 'ids')}"
    )


@cache
def _policies(_words: Sqlite | Postgres) -> TextClause:
    """SELECT a unit's own times, as DeadlinePolicy has them."""
    return text(
        "SELECT urgency, item_code, accept_minutes, settle_hours, settle_working_days,"
        " agreed_at IS NOT NULL FROM deadline_policy WHERE unit_id = :unit_id"
    )


@cache
def _duty_items(words: Sqlite | Postgres) -> TextClause:
    """SELECT the items of a code on the lists of the units in :ids: the unit, whether it is retired there,
    and what DutyItem has."""
    return text(
        "SELECT unit_id, retired_at IS NOT NULL, code, urgency, settle_hours, settle_working_days"
        f" FROM duty_item WHERE code = :code AND {words.among('unit_id', 'ids')}"
    )


def ladder(connection: Connection, communities: Collection[str]) -> Ladder:
    """The units of these communities, and those above them."""
    words = dialect()
    partitions = words.ids(communities)
    paths = connection.execute(_paths(words), {"partitions": partitions})
    above = {unit_id for (path,) in paths for unit_id in path.split("/")}
    known = {"partitions": partitions, "ids": words.ids(above)}
    return Ladder(
        Unit(str(id_), level, name, tuple(path.split("/")))
        for id_, level, name, path in connection.execute(_units(words), known)
    )


def policies(connection: Connection, unit_id: str) -> list[DeadlinePolicy]:
    """A unit's own times."""
    found = connection.execute(_policies(dialect()), {"unit_id": unit_id})
    return [
        DeadlinePolicy(urgency, item_code, minutes, hours, days, bool(agreed))
        for urgency, item_code, minutes, hours, days, agreed in found
    ]


def duty_item(connection: Connection, path: tuple[str, ...], code: str) -> DutyItem | None:
    """What the duty list that counts on a path says under a code (`precedence`)."""
    words = dialect()
    found = connection.execute(_duty_items(words), {"code": code, "ids": words.ids(path)})
    best = max(found, key=lambda row: precedence(path, str(row[0]), row[1]), default=None)
    return DutyItem(*best[2:]) if best else None
