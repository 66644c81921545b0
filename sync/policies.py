"""When a case must be accepted and settled (docs/cases.md, Deadlines).

By its level and urgency, unless the duty list or the unit itself says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sync.deadlines import WorkingDay, after_working_days
from sync.levels import LEVELS, RULE

EVERY_ITEM = ""
"""The `item_code` of a policy for all cases of an urgency."""


class Limit(NamedTuple):
    """Within how long a case is to be settled: hours round the clock, or working days."""

    hours: int | None
    working_days: int | None

    def __bool__(self) -> bool:
        return self != (None, None)

    def moment(self, arrived: datetime, is_working: WorkingDay) -> datetime:
        """When it has passed for a case that arrived then."""
        if self.hours is not None:
            return arrived + timedelta(hours=self.hours)
        return after_working_days(arrived, self.working_days or 0, is_working)

    def may_be_longer(self, other: "Limit") -> bool:
        """Whether it can be longer than the other: a working day lasts 24 hours or more."""
        if self.hours is not None:
            return self.hours > (other.hours or (other.working_days or 0) * 24)
        return other.working_days is None or (self.working_days or 0) > other.working_days


@dataclass(frozen=True, slots=True)
class DutyItem:
    """What counts here of an item of the duty list (职责清单); its limit holds for cases of its urgency."""

    code: str
    urgency: str | None = None
    settle_hours: int | None = None
    settle_working_days: int | None = None

    def limit(self, urgency: str) -> Limit:
        """The item's own limit for cases of this urgency; false where it gives none."""
        if urgency != (self.urgency or "normal"):
            return Limit(None, None)
        return Limit(self.settle_hours, self.settle_working_days)


def precedence(path: Sequence[str], unit_id: str, retired: bool) -> tuple[bool, int]:
    """How far the item in the list of one unit of a path comes before those of its code in other lists there:
    the nearer to the path's end, but one that was retired only where no other list has it still."""
    return not retired, path.index(unit_id)


@dataclass(frozen=True, slots=True)
class DeadlinePolicy:
    """A unit's own times for cases of one urgency, and of one duty item or `EVERY_ITEM`.

    Unless the unit above has `agreed`, they count only as far as they are stricter than what would hold
    without them. None leaves that as it is.
    """

    urgency: str
    item_code: str = EVERY_ITEM
    accept_minutes: int | None = None
    settle_hours: int | None = None
    settle_working_days: int | None = None
    agreed: bool = False

    @property
    def limit(self) -> Limit:
        return Limit(self.settle_hours, self.settle_working_days)


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as its times see it: the level of the unit it reaches, its urgency and its duty item."""

    level: str
    urgency: str
    item: DutyItem | None = None

    def limit(self) -> Limit:
        """Within how long it is to be settled by the duty list, or else by the level's default."""
        of_item = self.item.limit(self.urgency) if self.item else None
        if of_item:
            return of_item
        level = LEVELS[self.level]
        if self.urgency == "urgent":
            return Limit(level.settle_urgent_hours, None)
        return Limit(None, level.settle_normal_working_days)

    def own(self, policies: Sequence[DeadlinePolicy]) -> list[DeadlinePolicy]:
        """The unit's policies for it, that for its item first."""
        code = self.item.code if self.item else EVERY_ITEM
        fitting = [p for p in policies if p.urgency == self.urgency]
        return [
            policy
            for wanted in dict.fromkeys((code, EVERY_ITEM))
            for policy in fitting
            if policy.item_code == wanted
        ]


def accept_by(matter: Matter, policies: Sequence[DeadlinePolicy], arrived: datetime) -> datetime:
    """When somebody of a unit with these policies must have accepted what arrived there at `arrived`."""
    usual = held = arrived + timedelta(minutes=accept_minutes(matter.urgency))
    for policy in reversed(matter.own(policies)):
        if policy.accept_minutes is not None:
            wish = arrived + timedelta(minutes=policy.accept_minutes)
            held = wish if policy.agreed else _as_far_as_stricter(wish, usual, held)
    return held


def _as_far_as_stricter(wish: datetime, usual: datetime, without: datetime) -> datetime:
    """What holds by a policy that nobody has agreed to, where `without` it that would hold."""
    return wish if wish <= usual else min(wish, without)


def settle_by(
    matter: Matter, policies: Sequence[DeadlinePolicy], arrived: datetime, is_working: WorkingDay
) -> datetime | None:
    """When that unit must have settled it; None where nothing sets a time.

    What says most of the case decides: the unit's policy for its duty item, the item's own limit, the
    unit's policy for all its cases, the level's default. By default urgent matters run round the clock;
    normal ones fall due at the same time of day, so many working days later.
    """
    limit = matter.limit()
    usual = held = limit.moment(arrived, is_working) if limit else None
    by_item = bool(matter.item and matter.item.limit(matter.urgency))
    for policy in reversed(matter.own(policies)):
        if policy.limit and not (by_item and policy.item_code == EVERY_ITEM):
            wish = policy.limit.moment(arrived, is_working)
            if policy.agreed or usual is None or held is None:
                held = wish
            else:
                held = _as_far_as_stricter(wish, usual, held)
    return held


def accept_minutes(urgency: str) -> int:
    """Within how many minutes a case is to be accepted by default."""
    urgent, normal = RULE["accept_urgent_minutes"], RULE["accept_normal_hours"] * 60
    return int(urgent if urgency == "urgent" else normal)


def needs_consent(policy: DeadlinePolicy, level: str, item: DutyItem | None) -> bool:
    """Whether a policy of a unit of this level gives more time than there would be without it."""
    usual = Matter(level, policy.urgency, item).limit()
    longer = bool(policy.limit) and policy.limit.may_be_longer(usual)
    return longer or (policy.accept_minutes or 0) > accept_minutes(policy.urgency)
