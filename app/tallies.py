"""Where feeds stand, and how many records each place holds with what checksum (L9)."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app import models
from app.sql import Executes, Postgres, Sqlite, insert
from app.windows import OF_A_CASE, TABLES
from sync.agreement import MASK, Counting, Place, Tally
from sync.store import Feed

CHUNK = 1000
"""Records counted at once, and rows fetched at once."""


@cache
def _feed(words: Sqlite | Postgres, ranks: str) -> TextClause:
    """SELECT epoch, counters, horizons and the tallies of :units that have reached these ranks."""
    # ids as text, for the driver would make an object of each
    community, unit = words.text("feed_counter.community_id"), words.text("unit_id")
    return text(
        f"SELECT epoch, {community}, feed_counter.version, feed_horizon.version,"
        f" {unit}, reached, count, one, other FROM feed_epoch"
        f" LEFT JOIN feed_counter ON {words.among('feed_counter.community_id', 'ids')}"
        " LEFT JOIN feed_horizon ON feed_horizon.community_id = feed_counter.community_id"
        " LEFT JOIN tally ON tally.community_id = feed_counter.community_id"
        f" AND {words.among('tally.unit_id', 'units')} AND tally.reached IN ({ranks})"
    )


def feed(
    connection: Executes,
    words: Sqlite | Postgres,
    partitions: Collection[str],
    places: Collection[Place],
) -> Feed:
    """Counters, horizons and tallies in one statement, so that they are of one moment."""
    ranks = ", ".join(str(rank) for rank in sorted({place.reached for place in places} | {0}))
    units = words.ids({place.unit_id for place in places})
    parameters = {"ids": words.ids(partitions), "units": units}
    rows = list(connection.execute(_feed(words, ranks), parameters))
    counters, horizons, tallies = {}, {}, {}
    for _, community, version, horizon, unit_id, reached, *tally in rows:
        if community:
            counters[community] = version
        if horizon:
            horizons[community] = horizon
        if unit_id:
            tallies[Place(community, unit_id, reached)] = Tally(*tally)
    return Feed(str(rows[0][0]), counters, horizons, tallies)


def add(connection: Executes, counting: Counting) -> None:
    """Change the tallies by what was counted. The communities' counters must be locked."""
    rows = [
        {**place._asdict(), "count": tally.count, "one": tally.one, "other": tally.other}
        for place, tally in counting.changes().items()
    ]
    if rows:
        lanes = [f"{lane} = (tally.{lane} + excluded.{lane}) & {MASK}" for lane in ("one", "other")]
        sums = ", ".join(["count = tally.count + excluded.count", *lanes])
        then = f"ON CONFLICT (community_id, unit_id, reached) DO UPDATE SET {sums}"
        insert(connection, models.Tally.__table__, rows, then)


def recount(session: Session, community_id: str) -> None:
    """Count all records of a community anew. Its counter must be locked."""
    forget = text("DELETE FROM tally WHERE community_id = :community")
    session.execute(forget, {"community": community_id})
    for type_, table in TABLES.items():
        reached = "reached" if "reached" in table.columns else "0 AS reached"
        case_id = OF_A_CASE.get(type_, "NULL")
        statement = text(
            f"SELECT id, version, compound_id, grid_id, {reached}, {case_id} AS case_id"
            f' FROM "{type_}" WHERE community_id = :community'
        ).execution_options(yield_per=CHUNK)
        rows = session.execute(statement, {"community": community_id})
        for part in rows.partitions():
            add(session, _counted(type_, community_id, part))


def _counted(type_: str, community_id: str, rows: Any) -> Counting:
    counting = Counting()
    for row in rows:
        compound_id, grid_id, case_id = (
            id_ and str(id_) for id_ in (row.compound_id, row.grid_id, row.case_id)
        )
        kind = (type_, community_id, compound_id, grid_id, row.reached, case_id)
        counting.add(kind, str(row.id), row.version)
    return counting
