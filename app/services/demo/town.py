"""The units of a demo below one community: its compounds and their grids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from app.services.demo.dice import Dice
from app.services.demo.plan import Size, share
from app.services.demo.town_words import COMMITTEES, FIRST, LAST
from app.services.importing.units import Node


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound with its grids."""

    unit: Node
    grids: tuple[Node, ...]


def lay_out(
    community: Node, index: int, size: Size, dice: Dice, moment: datetime
) -> list[Compound]:
    """The compounds of the `index`th community of the town."""
    names = _names(community, share(size.compounds, index), dice)
    per_compound = Fraction(share(size.grids, index), len(names))
    return [
        _compound(community, number, name, share(per_compound, number - 1), dice, moment)
        for number, name in enumerate(names, 1)
    ]


def _compound(
    community: Node, number: int, name: str, grids: int, dice: Dice, moment: datetime
) -> Compound:
    unit = _below(community, "compound", number, name, dice.id(moment))
    return Compound(
        unit,
        tuple(
            _below(unit, "grid", at, f"{name}第{at}网格", dice.id(moment))
            for at in range(1, grids + 1)
        ),
    )


def _below(parent: Node, level: str, number: int, name: str, id_: str) -> Node:
    code, path = f"{parent.code}{number:02d}", f"{parent.path}/{id_}"
    return Node(id_, code, name, level, parent.id, parent.community_id, path)


def _names(community: Node, count: int, dice: Dice) -> Sequence[str]:
    """The first is called after the community, as often in life; no two are called the same."""
    ending = next((end for end in COMMITTEES if community.name.endswith(end)), "")
    called = f"{community.name.removesuffix(ending)}小区"
    rest = dice.random.sample(FIRST, count - 1)
    return [called, *(f"{first}{dice.one_of(LAST)}" for first in rest)]
