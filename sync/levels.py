"""The ladder of units: levels as data (rules/levels.json), and who stands above whom."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RULES = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Level:
    """One level of the ladder. `rank` counts from the grid (1) to the city (6)."""

    name: str
    rank: int
    lead_role: str
    member_roles: frozenset[str]
    settle_urgent_hours: int | None
    settle_normal_working_days: int | None


def _level(rule: dict[str, Any]) -> Level:
    return Level(
        rule["name"],
        rule["rank"],
        rule["lead_role"],
        frozenset(rule["member_roles"]),
        rule.get("settle_urgent_hours"),
        rule.get("settle_normal_working_days"),
    )


RULE: dict[str, Any] = json.loads((RULES / "levels.json").read_text("utf-8"))
LEVELS = {rule["name"]: _level(rule) for rule in RULE["levels"]}
HIGHEST_HOLDER = LEVELS[RULE["highest_holder"]].rank
COMPOUND = LEVELS["compound"].rank
COMMUNITY = LEVELS["community"].rank
DEPTH = len(LEVELS)
RESPONDER = "responder"
CALLED = Level("case", 0, "", frozenset({RESPONDER}), None, None)
"""Where somebody stands who was called to a case (whistle.py): below every unit, at the case itself."""
STANDINGS = {**LEVELS, CALLED.name: CALLED}
"""Every level that somebody may have a post at."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the ladder. `path` is the ids from the city down to and with itself."""

    id: str
    level: str
    name: str
    path: tuple[str, ...]

    @property
    def rank(self) -> int:
        return LEVELS[self.level].rank

    @property
    def parent_id(self) -> str | None:
        return self.path[-2] if len(self.path) > 1 else None


class Ladder:
    """The units a batch may need: its communities with all below and above them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}

    def get(self, unit_id: str) -> Unit | None:
        return self._units.get(unit_id)

    def within(self, unit_id: str) -> list[str]:
        """The ids of the unit and of all below it."""
        return [unit.id for unit in self._units.values() if unit_id in unit.path]

    def above(self, unit_id: str) -> Unit | None:
        """The unit one level up that may hold a case; None at the top of the ladder."""
        unit = self._units.get(unit_id)
        above = self._units.get(unit.parent_id) if unit and unit.parent_id else None
        return above if above and above.rank <= HIGHEST_HOLDER else None

    def at_level(self, unit_id: str, level: str) -> Unit | None:
        """The unit of `level` that `unit_id` is or lies in."""
        unit = self._units.get(unit_id)
        ids = unit.path if unit else ()
        return next((u for i in ids if (u := self._units.get(i)) and u.level == level), None)
