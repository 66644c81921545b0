"""Grids and streets are redrawn: households go to another grid of their community, or a community to other
units above it, and what is theirs goes with them.

Judged and written like a batch, but sent by nobody (docs/domain.md).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sync import cases
from sync.deadlines import WorkingDay
from sync.derived import derived_id
from sync.instants import to_wire
from sync.levels import Unit
from sync.records import Notice, Record
from sync.scene import Effect
from sync.store import Changes, Store, Transaction
from sync.without_device import NOBODY, scene_of


@dataclass(frozen=True, slots=True)
class Redrawing:
    """What one grid gives to another: `doors` are buildings, entrances and dwellings as phones call them,
    such as 3号楼, 3号楼 2单元, 3号楼 2-502."""

    community_id: str
    from_id: str
    to: Unit
    doors: Collection[str]


class NoSuchDoor(Exception):
    """Neither grid has a building, entrance or dwelling of this name."""


def regrid(
    store: Store, redrawing: Redrawing, now: datetime, is_working: WorkingDay
) -> Counter[str]:
    """Give them away in a transaction of its own; how many records changed, by type.

    What the other grid has already stays as it is, so that the same again changes nothing. Raises NoSuchDoor.
    """
    with store.transaction([redrawing.community_id]) as transaction:
        given = _given(transaction, redrawing)
        records, notices = moved(transaction, given, redrawing.to, now, is_working)
        if records:
            changes = Changes(redrawing.community_id, None, [], records, notices, swept_at=now)
            transaction.write(changes)
    return Counter(record.type for record in records)


def _given(transaction: Transaction, redrawing: Redrawing) -> list[Record]:
    """The buildings and dwellings that are to move."""
    grids = [redrawing.from_id, redrawing.to.id]
    homes = list(transaction.having("dwelling", "grid_id", grids))
    buildings = {b.id: b for b in transaction.having("building", "grid_id", grids)}
    named = [(building, {_name(building)}) for building in buildings.values()]
    named += [(home, _names(home, buildings.get(home.value["building_id"]))) for home in homes]
    for door in redrawing.doors:
        if not any(door in names for _, names in named):
            raise NoSuchDoor(door)
    return [
        record
        for record, names in named
        if record.grid_id == redrawing.from_id and not names.isdisjoint(redrawing.doors)
    ]


def _name(building: Record) -> str:
    return str(building.value["name"])


def _names(home: Record, building: Record | None) -> set[str]:
    """A dwelling, and what it is part of, as phones call them."""
    name = _name(building) if building else ""
    entrance, room = home.value["entrance"], home.value["room"]
    return {name, f"{name} {entrance}单元", f"{name} {entrance}-{room}"}


def moved(
    transaction: Transaction,
    given: Iterable[Record],
    grid: Unit,
    now: datetime,
    is_working: WorkingDay,
) -> tuple[list[Record], list[Notice]]:
    """These buildings and dwellings at another grid of their community with all that is theirs; whom to tell.

    Residents, visits and conflicts follow their dwelling, and cases with their timelines.
    """
    given, place = _elsewhere(grid, given), {"grid_id": grid.id, "compound_id": grid.parent_id}
    homes = [record for record in given if record.type == "dwelling"]
    joined, buildings = _buildings(transaction, given, grid, now)
    scene = scene_of(transaction, NOBODY, now, is_working)
    followed, notices = _done(
        cases.regrid(scene, case, grid.id, _made_of(case, grid, now))
        for case in _elsewhere(grid, _having(transaction, "case", "dwelling_id", homes))
    )
    records = [
        *_elsewhere(grid, buildings),
        *(home.with_(building_id=joined[home.value["building_id"]].id) for home in homes),
        *_elsewhere(grid, _theirs(transaction, homes)),
    ]
    return [*(record.with_(**place) for record in records), *followed], notices


def transfer(
    transaction: Transaction,
    community_id: str,
    instead: Mapping[str, str],
    now: datetime,
    is_working: WorkingDay,
) -> None:
    """The community has come under other units, `instead` of those it was under: so have its cases."""
    scene = scene_of(transaction, NOBODY, now, is_working)
    compounds = scene.ladder().within(community_id)
    records, notices = _done(
        cases.transfer(scene, case, instead, derived_id(case.id, "transfer", to_wire(now)))
        for case in list(transaction.having("case", "compound_id", compounds))
    )
    if records:
        transaction.write(Changes(community_id, None, [], records, notices, swept_at=now))


def _done(effects: Iterable[Effect]) -> tuple[list[Record], list[Notice]]:
    """All that these change, and whom to tell."""
    every = list(effects)
    records = [record for effect in every for record in effect.records]
    return records, [notice for effect in every for notice in effect.notices]


def _elsewhere(grid: Unit, records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record.grid_id != grid.id]


def _having(
    transaction: Transaction, type_: str, field: str, records: Iterable[Record]
) -> Iterable[Record]:
    return transaction.having(type_, field, [record.id for record in records])


def _theirs(transaction: Transaction, homes: list[Record]) -> list[Record]:
    """Who lives in these dwellings, the visits there, and what of all these is not settled between edits."""
    inside = [
        record
        for type_ in ("resident", "visit")
        for record in _having(transaction, type_, "dwelling_id", homes)
    ]
    return [*inside, *_having(transaction, "conflict", "record_id", [*homes, *inside])]


def _buildings(
    transaction: Transaction, given: list[Record], grid: Unit, now: datetime
) -> tuple[dict[str, Record], list[Record]]:
    """The building that each is to be of, by the id of that which it is of now; and all that are to move.

    One of which nothing stays goes, so that what is still written for it goes there too. A phone shows
    dwellings by their buildings: so what leaves joins the building of that name at the new grid, or, where
    something stays, a new one.
    """
    ids = {r.id if r.type == "building" else r.value["building_id"] for r in given}
    going, there = {r.id for r in given}, list(transaction.having("building", "grid_id", [grid.id]))
    divided = {
        home.value["building_id"]
        for home in transaction.having("dwelling", "building_id", ids)
        if home.id not in going and home.grid_id != grid.id
    }
    buildings = list(transaction.find("building", ids))
    whole = [building for building in buildings if building.id not in divided]
    joined = {
        building.id: _of_that_name(building, there)
        or (building if building in whole else _part(building, grid, now))
        for building in buildings
    }
    return joined, list({b.id: b for b in [*whole, *joined.values()]}.values())


def _of_that_name(building: Record, there: Iterable[Record]) -> Record | None:
    same = (_name(building), building.compound_id)
    found = [other for other in there if (_name(other), other.compound_id) == same]
    return min(found, key=lambda other: other.id, default=None)


def _part(building: Record, grid: Unit, now: datetime) -> Record:
    """A new building for what leaves an old one."""
    return replace(building, id=_made_of(building, grid, now), version=0)


def _made_of(record: Record, grid: Unit, now: datetime) -> str:
    """The id of what is made of a record, here and now."""
    return derived_id(record.id, "regrid", grid.id, to_wire(now))
