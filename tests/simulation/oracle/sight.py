"""Who sees what, said once more and dully: L8 of PROTOCOL.md over names and lists."""

from typing import Any

from tests.town import LADDER, PEOPLE, community_of, id_of

LEADERS = {
    "grid_leader",
    "branch_secretary",
    "community_secretary",
    "street_officer",
    "district_officer",
}
TEAM = LEADERS | {"grid_worker", "community_worker"}
CALLED = "called"
"""The role of somebody at a case they were called to."""
HEIGHT = {"grid": 1, "compound": 2, "community": 3, "street": 4, "district": 5, "city": 6}

NAME = {id_of(name): name for name in LADDER}
LEVEL = {id_of(name): level for name, (level, _) in LADDER.items()}
PARENT = {id_of(name): id_of(above) if above else None for name, (_, above) in LADDER.items()}

Posts = list[tuple[str, str]]
"""Roles, each with the id of its unit."""
Thing = dict[str, Any]
"""What is seen: its `community`, `compound`, `grid`, and the height it has `reached`."""


def up_from(unit: str | None) -> list[str]:
    """The unit and all above it."""
    chain = []
    while unit:
        chain.append(unit)
        unit = PARENT[unit]
    return chain


def sees(posts: Posts, thing: Thing) -> bool:
    """Whether somebody with these posts sees a record."""
    for role, unit in posts:
        if role == CALLED and unit == thing.get("id"):
            return True
        if role not in TEAM:
            continue
        if unit in (thing["grid"], thing["compound"], thing["community"]):
            return True
        high = HEIGHT[LEVEL[unit]]
        if high > 3 and unit in up_from(thing["community"]) and thing["reached"] >= high:
            return True
    return False


def covers(posts: Posts, unit: str) -> bool:
    """Whether a place in words within this unit is theirs to write about."""
    return any(
        role in TEAM and HEIGHT[LEVEL[at]] <= 3 and at in up_from(unit) for role, at in posts
    )


def units_seen(posts: Posts) -> set[str]:
    """The units above, at and below somebody's own."""
    mine = [unit for role, unit in posts if role in TEAM]
    return {unit for unit in PARENT for own in mine if unit in up_from(own) or own in up_from(unit)}


def people_seen(posts: Posts) -> set[str]:
    """The people of the communities, and of the higher units, that somebody serves."""
    homes = {home_of(NAME[unit]) for role, unit in posts if role in TEAM}
    return {id_of(name) for name, (_, unit) in PEOPLE.items() if home_of(unit) in homes}


def home_of(unit: str) -> str:
    return community_of(unit) or id_of(unit)
