"""Who serves at units, and who of them answers for a unit now (docs/cases.md, Notices)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.levels import LEVELS


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody who serves at a unit, and whether they are on shift there now.

    `department` is what they come from, for a responder: 物业, 派出所, …; empty for others.
    """

    person_id: str
    name: str
    unit_id: str
    level: str
    role: str
    department: str = ""
    on_shift: bool = False

    @property
    def member(self) -> bool:
        """Whether they belong to the unit's own team."""
        return self.role in LEVELS[self.level].member_roles

    @property
    def leads(self) -> bool:
        return self.role == LEVELS[self.level].lead_role


def team(serving: Iterable[Serving]) -> dict[str, str]:
    """The names of those who belong to a team, by their ids."""
    return {one.person_id: one.name for one in serving if one.member}


def on_duty(serving: Iterable[Serving]) -> list[Serving]:
    """Who of a unit's people answers for it: those on shift, else those who lead it, else all of its team."""
    members = [one for one in serving if one.member]
    on_shift = [one for one in members if one.on_shift]
    return on_shift or [one for one in members if one.leads] or members
