"""What people do on their phones: arguments for each mutation, from what the phone shows."""

from collections.abc import Callable, Collection
from random import Random
from typing import Any

from sync.push import HANDLERS
from tests.phone import new_id
from tests.simulation.handset import Handset
from tests.town import HOMES, LADDER, id_of

TO_COME = frozenset(
    {
        "conflict.settle",
        "dwelling.add",
        "dwelling.edit",
        "resident.add",
        "resident.edit",
        "resident.remove",
        "visit.amend",
    }
)
"""Mutations that the server takes already and nobody here makes yet; each needs a maker."""

MADE_BY_PHONES = frozenset({"outbox.lost"})
"""Mutations that a phone makes by itself."""

Args = dict[str, Any]
LATELY = 6


class Hand:
    """Somebody's hand on a phone: what it sees there, and dice for what it does at these units."""

    def __init__(self, dice: Random, phone: Handset, units: Collection[str]) -> None:
        self.dice, self.phone, self._units = dice, phone, units

    def new(self, what: str) -> str:
        """A fresh id for a record."""
        return new_id(f"{self.phone.device_id}/{what}/{self.phone.ids}")

    def lately(self, type_: str) -> list[str]:
        """The ids of the records of a type that changed last, as this phone knows them."""
        versions = self.phone.kept.base.versions
        known = sorted((v, id_) for (kind, id_), v in versions.items() if kind == type_)
        return [id_ for _, id_ in known[-LATELY:]]

    def cases(self, action: str) -> list[str]:
        """Cases of late, mostly those that its units hold and that seem to wait for the action."""
        known = self.lately("case")
        if self.chance(0.2):
            return known
        states = {"resolve": ["accepted"], "accept": ["open"]}.get(action, ["open", "accepted"])
        cases = {id_: self.phone.kept.base.records["case", id_] for id_ in known}
        mine = [id_ for id_, case in cases.items() if case["holder_id"] in self._units]
        return [id_ for id_ in mine if cases[id_]["state"] in states] or mine or known

    def may(self, name: str) -> bool:
        """Whether the phone shows anything that this could be done to."""
        at_the_door = name in ("visit.record", "case.open")
        return bool(self.lately("dwelling" if at_the_door else "case"))

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def words(self) -> str:
        return f"话{self.dice.randrange(10**9)}"

    def place(self) -> Args:
        """Mostly a dwelling on the phone, now and then one of another town's part, or a place in words."""
        homes = self.lately("dwelling")
        if self.chance(0.12):
            unit = self.dice.choice(list(LADDER))
            return {"place": {"unit_id": id_of(unit), "text": "小区门口"}}
        if homes and self.chance(0.92):
            return {"dwelling_id": self.dice.choice(homes)}
        return {
            "dwelling_id": id_of(self.dice.choice([h for grid in HOMES.values() for h in grid]))
        }


def record_visit(hand: Hand) -> Args:
    taken = hand.lately("visit") if hand.chance(0.02) else []
    kind = "nonsense" if hand.chance(0.03) else "routine"
    occurred = {"kind": kind, "occurred_at": "2026-11-23T08:30:00+08:00"}
    id_ = hand.dice.choice(taken) if taken else hand.new("visit")
    return {"id": id_, **hand.place(), **occurred, "summary": hand.words()}


def open_case(hand: Hand) -> Args:
    visits = hand.lately("visit") if hand.chance(0.3) else []
    after = {"visit_id": hand.dice.choice(visits)} if visits else {}
    said = {"kind": hand.dice.choice(["doorstep", "branch"]), "title": "楼道漏水"}
    return {"id": hand.new("case"), **hand.place(), **said, "detail": hand.words(), **after}


def _act(action: str, words: str) -> Callable[[Hand], Args]:
    def make(hand: Hand) -> Args:
        known = hand.cases(action) or [hand.new("case")]
        lines = hand.lately("case_event") if hand.chance(0.01) else []
        event = hand.dice.choice(lines) if lines else hand.new("line")
        return {"id": hand.dice.choice(known), "event_id": event, words: hand.words()}

    return make


MAKERS: dict[str, Callable[[Hand], Args]] = {
    "visit.record": record_visit,
    "case.open": open_case,
    "case.note": _act("note", "text"),
    "case.accept": _act("accept", "text"),
    "case.escalate": _act("escalate", "reason"),
    "case.return": _act("return", "reason"),
    "case.resolve": _act("resolve", "text"),
}

OFTEN = {"visit.record": 5, "case.open": 2, "case.note": 2, "case.escalate": 5}
"""How often people do each, to one of the others twice."""


def check_makers() -> None:
    """Fail, by name, when the server takes a mutation that nobody here can make."""
    missing = sorted(set(HANDLERS) - set(MAKERS) - MADE_BY_PHONES - TO_COME)
    assert not missing, f"the simulation needs a maker in taps.py for {', '.join(missing)}"


def tap(dice: Random, phone: Handset, units: Collection[str]) -> tuple[str, Args] | None:
    """Something its owner, serving at these units, does now: the mutation's name and arguments.

    None when the phone shows nothing to do anything about; now and then they try all the same.
    """
    hand, known = Hand(dice, phone, units), set(MAKERS) & set(HANDLERS)
    names = sorted(known if hand.chance(0.1) else filter(hand.may, known))
    if not names:
        return None
    (name,) = dice.choices(names, [OFTEN.get(name, 2) for name in names])
    return name, MAKERS[name](hand)
