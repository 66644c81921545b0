"""Where feeds stand, and how many records each place holds with what checksum (L9)."""

from collections.abc import Collection
from functools import cache

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from app import models
from app.sql import Executes, Postgres, Sqlite, dialect, insert
from app.windows import OF_A_CASE, TABLES
from sync.agreement import MASK, Counting, Place, Tally
from sync.store import Feed

CHUNK = 20_000
"""Records counted at once, and rows fetched at once: most communities have fewer of a type."""


def numbers(partition: str) -> dict[str, str]:
    """The number of a partition's latest change, and the horizon of its departures, by their tables."""
    return {
        table: f"(SELECT version FROM {table} WHERE {table}.community_id = {partition})"
        for table in ("feed_counter", "feed_horizon")
    }


def counted(community: str, unit: str, reached: str) -> str:
    """What is counted at a place, to be `read`."""
    return (
        f"(SELECT count || ' ' || one || ' ' || other FROM tally WHERE tally.community_id = {community}"
        f" AND tally.unit_id = {unit} AND tally.reached = {reached})"
    )


def read(said: str) -> Tally:
    """The tally that `counted` gives."""
    return Tally(*map(int, said.split()))


@cache
def _feed(words: Sqlite | Postgres) -> TextClause:
    """SELECT epoch, and for each of :asked its counter and horizon, and what is counted there."""
    # ids as text, for the driver would make an object of each
    community, unit = words.text("asked.community_id"), words.text("asked.unit_id")
    # for each by itself, by its key: a join of all looks for every place in every community
    counter, horizon = numbers("asked.community_id").values()
    tally = counted("asked.community_id", "asked.unit_id", "asked.reached")
    rows = words.listed("asked", {"community_id": "uuid", "unit_id": "uuid", "reached": "int"})
    return text(
        f"SELECT epoch, {community}, {counter}, {horizon}, {unit}, reached, {tally}"
        f" FROM (SELECT epoch FROM feed_epoch LIMIT 1) AS now LEFT JOIN {rows} AS asked ON true"
    )


def feed(
    connection: Executes,
    words: Sqlite | Postgres,
    partitions: Collection[str],
    places: Collection[Place],
) -> Feed:
    """Counters, horizons and tallies in one statement, so that they are of one moment."""
    bare = {*partitions}.difference(place.community_id for place in places)
    asked = [place._asdict() for place in places] + [{"community_id": id_} for id_ in bare]
    rows = list(connection.execute(_feed(words), {"asked": orjson.dumps(asked).decode()}))
    counters, horizons, tallies = {}, {}, {}
    for _, community, version, horizon, unit_id, reached, tally in rows:
        if version is not None:
            counters[community] = version
        if horizon is not None:
            horizons[community] = horizon
        if tally:
            tallies[Place(community, unit_id, reached)] = read(tally)
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
    for type_ in TABLES:
        statement = _of_type(dialect(), type_).execution_options(yield_per=CHUNK)
        rows = session.execute(statement, {"community": community_id})
        for part in rows.partitions(CHUNK):
            counting = Counting()
            for id_, version, *kind in part:
                counting.add((type_, community_id, *kind), id_, version)
            add(session, counting)


@cache
def _of_type(words: Sqlite | Postgres, type_: str) -> TextClause:
    """SELECT ids and versions of a type's records, and where each is counted."""
    reached = "reached" if "reached" in TABLES[type_].columns else "0"
    # as text, for the driver would make an object of each
    id_, compound, grid, case_id = map(
        words.text, ("id", "compound_id", "grid_id", OF_A_CASE.get(type_, "NULL"))
    )
    return text(
        f"SELECT {id_}, version, {compound}, {grid}, {reached}, {case_id}"
        f' FROM "{type_}" WHERE community_id = :community'
    )
