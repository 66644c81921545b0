"""The people who work in a demo, and how they sign in."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from app.services.demo.dice import Dice
from app.services.importing.units import Node
from sync.levels import LEVELS

TEAMS = {
    "grid": ("grid_leader", "grid_worker"),
    "compound": ("branch_secretary",),
    "community": (
        "community_secretary",
        "community_worker",
        "community_worker",
        "responder",
        "responder",
        "responder",
    ),
    "street": ("street_officer",),
    "district": ("district_officer", "auditor"),
    "city": ("admin",),
}
"""The roles at a unit of each level; a grid has as many workers as the demo's size says."""

DEPARTMENTS = ("物业", "民事专员", "业委会")
"""What the responders of a unit come from, in turn."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with an account and one post. `department` is what a responder comes from."""

    id: str
    name: str
    username: str
    role: str
    unit: Node
    department: str = ""

    @property
    def is_member(self) -> bool:
        """Whether they belong to the team that acts on the unit's cases."""
        return self.role in LEVELS[self.unit.level].member_roles

    @property
    def leads(self) -> bool:
        return self.role == LEVELS[self.unit.level].lead_role

    @property
    def home_id(self) -> str:
        """Their partition: the community, or their own unit above it."""
        return self.unit.community_id or self.unit.id


class Staff:
    """Hires people; no user name is given twice."""

    def __init__(self, dice: Dice, taken: Iterable[str], workers: int) -> None:
        # here, so that a server does not carry the dictionary of a demo
        from pypinyin import lazy_pinyin

        self._pinyin = lazy_pinyin
        self._dice, self._taken, self._workers = dice, set(taken), workers
        self._last: Counter[str] = Counter()

    def hire(self, unit: Node, moment: datetime) -> list[Worker]:
        """Everybody who serves at this unit."""
        leader, *rest = TEAMS[unit.level]
        roles = [leader, *rest * self._workers] if unit.level == "grid" else [leader, *rest]
        departments = cycle(DEPARTMENTS)
        return [
            self._worker(unit, role, moment, next(departments) if role == "responder" else "")
            for role in roles
        ]

    def _worker(self, unit: Node, role: str, moment: datetime, department: str) -> Worker:
        name = self._dice.name()
        username = self._username(name)
        return Worker(self._dice.id(moment), name, username, role, unit, department)

    def _username(self, name: str) -> str:
        """The name in pinyin and a number, as 1 of several 王伟: wangwei1."""
        pinyin = "".join(self._pinyin(name))
        while True:
            self._last[pinyin] += 1
            username = f"{pinyin}{self._last[pinyin]}"
            if username not in self._taken:
                self._taken.add(username)
                return username
