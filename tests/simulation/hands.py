"""Somebody's hand on a phone: what it finds there, and the dice for what it does."""

from collections.abc import Collection
from functools import cache
from random import Random
from typing import Any

from tests.phone import new_id
from tests.simulation.handset import Handset
from tests.town import HOMES, LADDER, PEOPLE, id_of

Args = dict[str, Any]
LATELY = 6

WAITS = {
    "accept": ["open"],
    "resolve": ["accepted"],
    "extend": ["accepted"],
    "grant": ["accepted"],
    "deny": ["accepted"],
    "council": ["accepted"],
    "rate": ["resolved", "closed", "merged"],
    "reopen": ["closed"],
}
"""The states of a case that seem to wait for an action; for the others it is being settled."""

SELDOM = ("resolve", "reopen", "extend", "grant", "deny")
"""For these few cases wait, and seldom those that changed last."""

PARENT = {id_of(name): id_of(above) if above else None for name, (_, above) in LADDER.items()}


def _waits(action: str, case: Args) -> bool:
    """Whether a case seems to wait for this."""
    asked = case["extension_until"] is not None or action not in ("grant", "deny")
    return asked and case["state"] in WAITS.get(action, ["open", "accepted"])


class Hand:
    """Somebody who serves at these units, with a phone in hand."""

    def __init__(self, dice: Random, phone: Handset, units: Collection[str]) -> None:
        self.dice, self.phone, self._units = dice, phone, units
        self.lately = cache(self._lately)

    def new(self, what: str) -> str:
        """A fresh id for a record."""
        return new_id(f"{self.phone.device_id}/{what}/{self.phone.ids}")

    def id_to_add(self, type_: str) -> str:
        """A fresh id, or now and then one that is taken."""
        taken = self.lately(type_) if self.chance(0.02) else []
        return self.dice.choice(taken) if taken else self.new(type_)

    def _lately(self, type_: str) -> list[str]:
        """The ids of the records of a type that changed last, as this phone knows them."""
        versions = self.phone.kept.base.versions
        known = sorted((v, key[1]) for key, v in versions.items() if key[0] == type_)
        return [id_ for _, id_ in known[-LATELY:]]

    def one_of(self, type_: str) -> str:
        """Mostly what changed last, so that people meet; or what this phone itself is about to add."""
        added = [m.args["id"] for m in self._waiting() if m.name.split(".")[0] == type_]
        if added and self.chance(0.2):
            return str(added[-1])
        known = self.lately(type_) or [self.new(type_)]
        return known[-1] if self.chance(0.6) else self.dice.choice(known)

    def _waiting(self) -> list[Any]:
        adding = ("dwelling.add", "resident.add", "visit.record")
        outbox = self.phone.kept.outbox
        return [m for s, m in sorted(outbox.items()) if m.name in adding and not m.flaw]

    def looked_at(self, name: str, args: Args) -> int | None:
        """The version of the record before somebody's eyes: the phone's, an older one, or none."""
        key = name.partition(".")[0], args["id"]
        base = self.phone.kept.base
        if self.chance(0.06):
            return None
        versions = base.before if key in base.before and self.chance(0.1) else base.versions
        return versions.get(key)

    def cases(self, action: str) -> list[str]:
        """Cases of late, mostly those that its units hold and that seem to wait for the action."""
        known = self.lately("case")
        if self.chance(0.2):
            return known
        known = (self.asked_for(action) if action in SELDOM else []) or known
        cases = {id_: self.phone.kept.base.records["case", id_] for id_ in known}
        mine = [id_ for id_, case in cases.items() if self._concerns(action, case)]
        return [id_ for id_ in mine if _waits(action, cases[id_])] or mine or known

    def asked_for(self, action: str) -> list[str]:
        """All cases on the phone that seem to wait for this from somebody here."""
        records = self.phone.kept.base.records
        cases = ((key[1], case) for key, case in sorted(records.items()) if key[0] == "case")
        return [id_ for id_, case in cases if _waits(action, case) and self._concerns(action, case)]

    def _concerns(self, action: str, case: Args) -> bool:
        """Whether somebody here may be asked to do this to the case."""
        if action == "respond":
            return any(one["person_id"] == id_of(self.phone.owner) for one in case["calls"])
        units = {"rate": case["origin_id"], "reopen": case["origin_id"]}
        above = PARENT[case["holder_id"]] if action in ("grant", "deny") else None
        return (above or units.get(action, case["holder_id"])) in self._units

    def callee(self) -> Args:
        """Whom a whistle calls: mostly somebody who exists."""
        nobody: Args = {"unit_id": None, "department": None, "person_id": None}
        choices = [
            {"person_id": id_of(self.dice.choice(list(PEOPLE)))},
            {"unit_id": id_of(self.dice.choice(list(LADDER)))},
            {"department": self.dice.choice(("物业", "民事专员", "消防"))},
        ]
        return nobody | self.dice.choices(choices, (6, 3, 1))[0]

    def colleague(self, case_id: str) -> str:
        """Mostly somebody who serves at the unit that holds the case, as this phone knows it."""
        case = self.phone.kept.base.records.get(("case", case_id), {})
        there = [name for name, (_, unit) in PEOPLE.items() if id_of(unit) == case.get("holder_id")]
        return id_of(self.dice.choice(there if there and self.chance(0.8) else list(PEOPLE)))

    def lines_beside(self, case_id: str) -> list[str]:
        """Lines of late on timelines of the case's compound; an id is taken within a community only."""
        records = self.phone.kept.base.records
        compound = records.get(("case", case_id), {}).get("compound_id")
        known = self.lately("case_event")
        return [id_ for id_ in known if records["case_event", id_]["compound_id"] == compound]

    def open_conflicts(self) -> list[str]:
        """The conflicts of late that wait for a tap."""
        records = self.phone.kept.base.records
        known = self.lately("conflict")
        return [id_ for id_ in known if records["conflict", id_]["state"] == "open"]

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
        everywhere = [home for grid in HOMES.values() for home in grid]
        return {"dwelling_id": id_of(self.dice.choice(everywhere))}
