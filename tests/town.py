"""A small town that tests play in: a community of two compounds and three grids, and one beside it."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from app import models
from app.extensions import writing
from app.services.signing_in import home_of
from app.tallies import recount
from sync.levels import Unit
from sync.memory_store import MemoryStore
from sync.records import Record
from sync.scene import Author
from sync.scope import Post

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
PASSWORD = "knock on the door"
# cheap on purpose: the tests sign in a hundred times
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@cache
def id_of(name: str) -> str:
    """A UUIDv7-shaped id that is the same for the same name."""
    number = int.from_bytes(name.encode().rjust(16, b"\0")[-16:])
    return str(UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


LADDER = {
    "city": ("city", None),
    "district": ("district", "city"),
    "street": ("street", "district"),
    "community": ("community", "street"),
    "garden": ("compound", "community"),
    "harbour": ("compound", "community"),
    "garden-1": ("grid", "garden"),
    "garden-2": ("grid", "garden"),
    "harbour-1": ("grid", "harbour"),
    "next-street": ("street", "district"),
    "next": ("community", "next-street"),
    "next-yard": ("compound", "next"),
    "next-yard-1": ("grid", "next-yard"),
}
"""Units by name: their level and what they lie in."""

PEOPLE = {
    "worker": ("grid_worker", "garden-1"),
    "mate": ("grid_worker", "garden-1"),
    "leader": ("grid_leader", "garden-1"),
    "second-worker": ("grid_worker", "garden-2"),
    "harbour-worker": ("grid_worker", "harbour-1"),
    "secretary": ("branch_secretary", "garden"),
    "harbour-secretary": ("branch_secretary", "harbour"),
    "community-secretary": ("community_secretary", "community"),
    "community-worker": ("community_worker", "community"),
    "officer": ("street_officer", "street"),
    "district-officer": ("district_officer", "district"),
    "stranger": ("grid_worker", "next-yard-1"),
    "auditor": ("auditor", "community"),
    "plumber": ("responder", "garden"),
    "lawyer": ("responder", "community"),
}
"""People by name: the role and the unit they serve at. The name is also the user name."""

DEPARTMENTS = {"plumber": "物业", "lawyer": "民事专员"}
"""What responders come from."""

HOMES = {
    "garden-1": ("g1-101", "g1-102"),
    "garden-2": ("g2-101", "g2-102"),
    "harbour-1": ("h1-101",),
    "next-yard-1": ("n1-101",),
}
"""Dwellings by the grid they lie in; each grid has one building."""


@cache
def path_of(name: str) -> tuple[str, ...]:
    """The unit's path of ids, from the city down."""
    parent = LADDER[name][1]
    return (*(path_of(parent) if parent else ()), id_of(name))


UNITS = {name: Unit(id_of(name), level, name, path_of(name)) for name, (level, _) in LADDER.items()}


def community_of(unit: str) -> str | None:
    """The id of the community a unit is or lies in."""
    path = path_of(unit)
    return path[3] if len(path) > 3 else None


def place_of(grid: str) -> dict[str, str | None]:
    return {"grid_id": id_of(grid), "compound_id": path_of(grid)[4]}


def records() -> list[Record]:
    """Every building, dwelling and resident of the town."""
    made = []
    for grid, homes in HOMES.items():
        place, community = place_of(grid), community_of(grid) or ""
        building = id_of(f"b-{grid}")
        value = {**place, "name": f"{grid}号楼", "entrances": 1, "floors": 1}
        made.append(Record("building", building, community, value))
        for home in homes:
            room: dict[str, Any] = {
                "building_id": building,
                "entrance": "1",
                "floor": 1,
                "room": home[-3:],
            }
            home_value = {**place, **room, "occupancy": "owner", "note": ""}
            made.append(Record("dwelling", id_of(home), community, home_value))
            made.append(Record("resident", id_of(f"r-{home}"), community, _resident(place, home)))
    return made


def _resident(place: dict[str, str | None], home: str) -> dict[str, object]:
    return {
        **place,
        "dwelling_id": id_of(home),
        "name": "张三",
        "phone": "13800000000",
        "relation": "head",
        "birth_year": 1950,
        "care_needs": ["living_alone"],
        "consented_on": None,
    }


def author(name: str, device: str = "") -> Author:
    """The author of what this person's device sends."""
    role, unit = PEOPLE[name]
    home_id = community_of(unit) or id_of(unit)
    post = Post(UNITS[unit].level, role, UNITS[unit].path)
    return Author(id_of(name), name, id_of(device or f"d-{name}"), home_id, (post,))


def settle_in_memory(store: MemoryStore) -> None:
    """Put the town into a store in memory."""
    for name, unit in UNITS.items():
        store.add_unit(unit, name)
    for name, (role, unit_name) in PEOPLE.items():
        post = {"unit_id": id_of(unit_name), "role": role, "department": DEPARTMENTS.get(name, "")}
        memberships = [post]
        store.add_person(
            id_of(name), author(name).home_id, {"name": name, "memberships": memberships}
        )
    store.add_records(records())


def settle_in_database() -> None:
    """Put the town into the current app's database."""
    with writing() as session:
        for name, unit in UNITS.items():
            session.add(_unit(name, unit))
        session.flush()
        for version, (name, (role, post)) in enumerate(PEOPLE.items(), len(UNITS) + 1):
            _person(session, version, name, role, post)
        counters = {models.REFERENCE: len(UNITS) + len(PEOPLE)}
        for record in records():
            counters[record.community_id] = counters.get(record.community_id, 0) + 1
            table = {"building": models.Building, "dwelling": models.Dwelling}
            model = table.get(record.type, models.Resident)
            beside = {"community_id": record.community_id, "id": record.id}
            session.add(model(**record.value, **beside, version=counters[record.community_id]))
            session.flush()
        for community_id, version in counters.items():
            session.add(models.FeedCounter(community_id=community_id, version=version))
        session.flush()
        for community_id in counters:
            recount(session, community_id)


def _unit(name: str, unit: Unit) -> models.Unit:
    version = list(UNITS).index(name) + 1
    return models.Unit(
        id=unit.id,
        version=version,
        code=name,
        name=name,
        level=unit.level,
        parent_id=unit.parent_id,
        community_id=community_of(name),
        path="/".join(unit.path),
    )


def _person(session: Session, version: int, name: str, role: str, unit: str) -> None:
    home_id = home_of(_unit(unit, UNITS[unit]))
    session.add(
        models.Person(
            id=id_of(name),
            version=version,
            username=name,
            name=name,
            password_hash=PASSWORD_HASH,
            home_id=home_id,
        )
    )
    session.flush()
    post = {"unit_id": id_of(unit), "person_id": id_of(name), "role": role}
    session.add(models.Membership(**post, department=DEPARTMENTS.get(name, "")))
