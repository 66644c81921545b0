"""The ground demo towns are built on in tests, and ways to look at what was built."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import orjson
from flask import Flask
from sqlalchemy import select

from app.extensions import db, reading, writing
from app.models import REFERENCE, FeedCounter, Membership, Unit
from app.services.demo import Size, TownBuilder
from app.store import SqlStore
from sync.scope import View
from sync.store import Window
from tests.town import PASSWORD_HASH, id_of

SMALL = Size(
    "community", 1, Fraction(3), Fraction(5), dwellings=12, residents=33, workers=2, cases=18
)
TODAY = date(2026, 11, 24)
MIDNIGHT = "2026-11-23T16:00:00.000Z"
UNITS = {
    "1": ("city", "烟台市"),
    "11": ("district", "芝罘区"),
    "111": ("street", "向阳街道"),
    "1111": ("community", "友谊街社区居民委员会"),
    "1112": ("community", "建昌街社区居民委员会"),
    "1113": ("community", "李家疃村村民委员会"),
}
"""Real units by code; each lies in the one whose code it begins with."""

Feed = dict[str, dict[str, dict[str, Any]]]
"""Records as phones get them: values with their version, by type and id."""


def found_units(app: Flask) -> None:
    """Put the real units in, always with the same ids."""
    with app.app_context(), writing() as session:
        for version, (code, (level, name)) in enumerate(UNITS.items(), 1):
            path = [id_of(code[:end]) for end in range(1, len(code) + 1)]
            community_id = id_of(code) if level == "community" else None
            place = {"path": "/".join(path), "community_id": community_id}
            parent_id = path[-2] if len(path) > 1 else None
            unit = Unit(
                id=path[-1], code=code, name=name, level=level, parent_id=parent_id, **place
            )
            unit.version = version
            session.add(unit)
            session.flush()
        session.add(FeedCounter(community_id=REFERENCE, version=len(UNITS)))


def build(size: Size = SMALL, seed: int = 1) -> TownBuilder:
    town = TownBuilder("1111", size, seed, TODAY, PASSWORD_HASH)
    for community in town.communities:
        town.settle(community)
    return town


def feed(community_id: str) -> Feed:
    """Everything of a community, as the server would send it."""
    records: Feed = defaultdict(dict)
    window = Window(community_id, View(whole=True), 0)
    for _version, line in SqlStore().read(window, 100_000).lines:
        put = orjson.loads(orjson.dumps(line))
        records[put["type"]][put["id"]] = {**put["value"], "version": put["version"]}
    return records


def units() -> dict[str, Unit]:
    with reading() as session:
        found = {unit.id: unit for unit in session.scalars(select(Unit))}
        session.expunge_all()
        return found


def posts() -> set[tuple[str, str, str]]:
    """Who serves where, as what."""
    with reading() as session:
        columns = select(Membership.person_id, Membership.unit_id, Membership.role)
        return {(row[0], row[1], row[2]) for row in session.execute(columns)}


def everything() -> dict[str, list[Any]]:
    """All rows by table, but for the epoch, which every database has of its own."""
    with reading() as session:
        return {
            table.name: list(session.execute(select(table).order_by(*table.primary_key)))
            for table in db.metadata.sorted_tables
            if table.name != "feed_epoch"
        }
