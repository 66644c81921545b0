"""How large a demo town is, and which communities it is built in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Unit
from app.services.importing.units import Node


class CannotBuild(Exception):
    """There is no place for a demo town. Its text says why, and what to do."""


@dataclass(frozen=True)
class Size:
    """A demo town's numbers: compounds and grids for each community, the rest for each grid.

    `communities` is the most that are settled, below the community's own unit of level `below`.
    `visits_kept` is how many of a dwelling's newest visits the diary still has; None for the whole year.
    """

    below: str
    communities: int
    compounds: Fraction = Fraction(6)
    grids: Fraction = Fraction(10)
    dwellings: int = 340
    residents: int = 930
    workers: int = 4
    cases: int = 36
    visits_kept: int | None = None


SIZES = {
    "community": Size("community", 1),
    "street": Size("street", 8),
    "city": Size(
        "city",
        495,
        compounds=Fraction(2789, 495),
        grids=Fraction(5158, 495),
        dwellings=310,
        cases=6,
        visits_kept=1,
    ),
}
"""The sizes by name. The city's numbers are Yantai's of 2023: 2,789 compounds, 5,158 grids with 26,000
people, 1.6 million dwellings, 4.8 million residents. To stay within minutes, its diary has each
dwelling's newest visit only, and a grid six cases instead of 36."""


def share(ratio: Fraction, index: int) -> int:
    """How many whole things the `index`th of many gets, so that each gets its `ratio` on average."""
    return floor((index + 1) * ratio) - floor(index * ratio)


def choose(units: Mapping[str, Node], code: str, size: Size) -> list[Node]:
    """The communities to settle, the named one first. `units` are all there are, by code.

    Beyond a single community, urban ones come first: those named 社区; in a city only those of streets
    (街道), not of towns. Raises CannotBuild.
    """
    named = units.get(code)
    if named is None:
        raise CannotBuild(
            f"There is no unit {code}. Import the units first:"
            " qiaomen import units app/data/yantai_units.csv"
        )
    if named.level != "community":
        raise CannotBuild(
            f"{named.name} ({code}) is a {named.level}. Give the code of a community."
        )
    ids = {unit.id: unit for unit in units.values()}
    top = next(unit for id_ in named.path.split("/") if (unit := ids[id_]).level == size.below)
    below = [
        unit
        for unit in units.values()
        if unit.level == "community"
        and (unit.path + "/").startswith(top.path + "/")
        and (size.below != "city" or ids[unit.parent_id or ""].name.endswith("街道"))
    ]
    if named not in below:
        raise CannotBuild(
            f"{named.name} ({code}) lies in a town. Name a community of a street (街道)."
        )
    order = sorted(below, key=lambda unit: (unit.code != code, "社区" not in unit.name, unit.code))
    return order[: size.communities]


def refuse_settled(session: Session, communities: Iterable[Node]) -> None:
    """Raise CannotBuild if one of these communities has compounds: a demo is never mixed into real data."""
    settled = set(session.scalars(select(Unit.community_id).where(Unit.level == "compound")))
    for community in communities:
        if community.id in settled:
            raise CannotBuild(
                f"{community.name} ({community.code}) already has compounds, and a demo is never mixed"
                " into them. Choose a community without compounds, or begin with a new database."
            )
