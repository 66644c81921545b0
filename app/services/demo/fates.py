"""How the cases of a demo go: how high they climb, and what becomes of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.services.demo.dice import Dice


@dataclass(frozen=True)
class Fate:
    """`top` is the rank of the level that decides, `ending` the state it ends in.

    `returns` is how often a unit sends it back to the one below. The second time it goes to the unit
    above both (docs/cases.md), so that it ends one level above `top`.
    """

    ending: str
    top: int
    returns: int = 0


DECK = (
    *[Fate("closed", 1)] * 10,
    *[Fate("closed", 2)] * 5,
    *[Fate("closed", 3)] * 4,
    *[Fate("closed", 4)] * 2,
    Fate("closed", 5),
    Fate("closed", 2, returns=1),
    Fate("closed", 3, returns=2),
    *[Fate("resolved", 1)] * 2,
    Fate("resolved", 2),
    Fate("resolved", 3),
    Fate("resolved", 4),
    *[Fate("accepted", 1)] * 2,
    Fate("accepted", 2),
    Fate("accepted", 3),
    Fate("accepted", 4),
    Fate("accepted", 5),
    Fate("accepted", 3, returns=1),
    *[Fate("open", 1)] * 2,
    Fate("open", 2),
    Fate("open", 3),
    Fate("open", 4),
    Fate("open", 5),
    Fate("merged", 1),
    Fate("merged", 2),
    Fate("withdrawn", 1),
)
"""Dealt from top to bottom again and again, so that even a small town has every kind."""

EVERY_GRID = (Fate("open", 1), Fate("accepted", 1), Fate("accepted", 2))
"""So that every grid has something to do today."""

HOURS = {
    "accept": (0.2, 10),
    "note": (2, 30),
    "escalate": (1, 30),
    "return": (2, 20),
    "resolve": (3, 60),
    "rate": (12, 96),
    "merge": (2, 20),
    "withdraw": (0.5, 8),
}
"""How long after the line before each action comes, from and to."""
ENDINGS = {
    "open": (),
    "accepted": ("accept",),
    "resolved": ("accept", "resolve"),
    "closed": ("accept", "resolve", "rate"),
    "merged": ("merge",),
    "withdrawn": ("withdraw",),
}
STILL = {"open": (1, 14), "accepted": (1, 60), "resolved": (2, 130)}
"""Hours since the last line of what is not over; after seven days of silence a resolved case is closed."""


def deal(dice: Dice) -> Iterator[Fate]:
    """Fates without end, every deck in an order of its own."""
    while True:
        yield from dice.random.sample(DECK, len(DECK))


def of_grid(fates: Iterator[Fate], count: int) -> list[Fate]:
    """The fates of one grid's cases, most of them from the deck."""
    return [*EVERY_GRID, *islice(fates, max(0, count - len(EVERY_GRID)))][:count]


def script(fate: Fate, climb: int, dice: Dice) -> list[str]:
    """The actions after opening, for a case that climbs so many levels."""
    actions: list[str] = []
    for _ in range(climb):
        actions += ["accept"] * dice.happens(0.5) + ["note"] * dice.happens(0.25) + ["escalate"]
    actions += ["return"] * min(fate.returns, 1) + ["escalate", "return"] * (fate.returns == 2)
    actions += ["note"] * dice.happens(0.3) * (fate.ending != "withdrawn")
    for action in ENDINGS[fate.ending]:
        actions += ["note"] * dice.happens(0.4) * (action == "resolve") + [action]
    return actions


def gaps(actions: list[str], urgent: bool, dice: Dice) -> list[float]:
    """Hours before each action; urgent matters go several times as fast, until the resident is asked."""
    faster = {"rate": 1.0, "accept": 0.05} if urgent else {}
    usual = 0.3 if urgent else 1.0
    return [dice.between(*HOURS[action]) * faster.get(action, usual) for action in actions]
