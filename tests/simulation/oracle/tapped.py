"""One mutation as the oracle judges it, and what a thing of the oracle is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from tests.simulation.oracle.sight import LEADERS, TEAM, Posts, Thing, sees

Key = tuple[str, str]
APPLIED, MERGED, SUPERSEDED, REJECTED = "applied", "merged", "superseded", "rejected"
QUARANTINED = "quarantined"


class Things(dict[Key, Thing]):
    """The town's records by type and id; a conflict by what it is about (`facts.named`).

    `names` is what phones call the conflicts they settle.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, Key] = {}

    def put(self, key: Key, thing: Thing, now: datetime) -> None:
        """Keep a thing; the place it had before, if that was another, is remembered with the moment (P7)."""
        before = self.get(key)
        was = before.get("was", []) if before else []
        if before and place_of(before) != place_of(thing):
            was = [*was, (place_of(before), now)]
        self[key] = {**thing, "was": was}


@dataclass(frozen=True)
class Sender:
    """A device, whose it is, the posts they have, those they had until some moment, and since when they or
    it are shut out.
    """

    device: str
    person: str
    name: str
    posts: Posts
    former: list[tuple[str, str, datetime]]
    shut_out: datetime | None

    def posts_since(self, at: datetime) -> Posts:
        """The posts they had at that moment or later (P7)."""
        return self.posts + [(role, unit) for role, unit, until in self.former if at < until]


@dataclass(frozen=True)
class Tap:
    """One mutation at its corrected moment, by somebody with these posts since."""

    id: str
    sender: Sender
    by_phone: datetime
    at: datetime
    now: datetime
    name: str
    base: int
    args: dict[str, Any]

    @property
    def posts(self) -> Posts:
        return self.sender.posts_since(self.at)

    @property
    def moment(self) -> str:
        """Its moment as the wire has it."""
        return on_wire(self.at)


def on_wire(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def saw(tap: Tap, thing: Thing) -> bool:
    """Whether the author sees it now, or did when they wrote, or since (P7); or was ever called to it."""
    return tap.sender.person in thing.get("calls", {}) or had_in_sight(tap, thing)


def had_in_sight(tap: Tap, thing: Thing) -> bool:
    """The same, whoever was called."""
    places = [place for place, until in thing.get("was", []) if tap.at < until]
    return any(sees(tap.posts, {**thing, **place}) for place in ({}, *places))


def stands(posts: Posts, who: str, units: list[str]) -> bool:
    """Whether these posts make a member, or the leader, of one of these units."""
    roles = LEADERS if who == "leader" else TEAM
    return any(role in roles and unit in units for role, unit in posts)


def place_of(thing: Thing) -> Thing:
    """Where a thing is."""
    return {name: thing[name] for name in ("community", "compound", "grid")}


def made_at(thing: Thing) -> Thing:
    """Where something is that is made there: who had that place in sight has what they made (P7)."""
    return {**place_of(thing), "was": thing.get("was", [])}


def left(tap: Tap, thing: Thing) -> list[str]:
    """The grids and compounds that a thing has left since the tap."""
    places = [*thing.get("was", []), (place_of(thing), tap.now)]
    return [
        unit
        for (place, until), (after, _) in pairwise(places)
        if tap.at < until
        for unit in (place["grid"], place["compound"])
        if unit not in after.values()
    ]
