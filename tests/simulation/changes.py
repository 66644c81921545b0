"""What people change of a record: a new value for each field, from what the phone shows of it."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.phone import new_id
from tests.simulation.hands import Hand

Change = Callable[[Hand, Any], Any]


def one(*values: Any) -> Change:
    """One of these, few enough that two people often mean the same."""
    return lambda hand, _shown: hand.dice.choice(values)


def some(elements: Sequence[str]) -> Change:
    """The set as it is shown, with one put in and perhaps one taken out."""

    def change(hand: Hand, shown: Any) -> list[str]:
        new = {*(shown or ()), hand.dice.choice(elements)}
        if hand.chance(0.5):
            new.discard(hand.dice.choice(elements))
        return hand.dice.sample(sorted(new), len(new))

    return change


def text(hand: Hand, _shown: Any) -> str:
    """New words; now and then none, or those of somebody else."""
    return hand.dice.choice((hand.words(), hand.words(), "", "没人在家"))


NEEDS = ("living_alone", "disabled", "pregnant", "low_income")
PHOTOS = ("a" * 64, "b" * 64, "c" * 64)
PLACES = ({"lat": 37.5, "lon": 121.4, "accuracy": 9.5}, {"lat": 37.25, "lon": 121.5}, None)

CHANGES: dict[str, dict[str, Change]] = {
    "dwelling": {
        "entrance": one("1", "2"),
        "floor": one(1, 2, 3),
        "room": one("101", "102A", "1-1-1001东"),
        "occupancy": one("owner", "tenant", "vacant", "unknown"),
        "note": text,
    },
    "resident": {
        "name": one("张三", "张山"),
        "phone": one("13800000001", "13800000002", ""),
        "relation": one("head", "tenant", "other"),
        "birth_year": one(1950, 1951, None),
        "consented_on": one("2026-11-01", "2026-11-02", None),
        "care_needs": some(NEEDS),
    },
    "visit": {
        "kind": one("routine", "care", "survey", "no_answer"),
        "occurred_at": one("2026-11-23T08:30:00+08:00", "2026-11-22T08:30:00+08:00"),
        "next_visit_on": one("2026-12-01", "2026-12-08", None),
        "location": one(*PLACES),
        "met": some([new_id(f"r{n}") for n in range(3)]),
        "needs": some(NEEDS),
        "photos": some(PHOTOS),
        "summary": text,
    },
}
"""By type and field; each is given what the phone shows, None where it shows nothing."""
