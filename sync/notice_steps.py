"""The little ladder of a notice that must be acted on (docs/cases.md, Notices); rules/notice_steps.json.

A notice climbs while nobody it has reached opens the case or acts on it, one way to reach people after the
other. Normal matters climb in working time and make no sound at night; urgent ones know neither.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sync.deadlines import CHINA, WorkingDay
from sync.levels import RULES

RULE: dict[str, Any] = json.loads((RULES / "notice_steps.json").read_text("utf-8"))
PUSH, CHANNELS, NEXT_ON_ROSTER, SECRETARY = STEPS = tuple(RULE["steps"])
"""In the order in which they are taken."""
AFTER = dict(pairwise(STEPS))
CLIMBING: dict[str, list[str]] = RULE["climbing"]
"""The kinds of notice that must be acted on, each with the states of its case in which it still must."""
BESIDE: list[str] = RULE["beside"]
"""What is also done about a case by others than the unit that is told of it: it may not have heard yet."""
FLOOD: int = RULE["flood"]
"""So many notices of normal matters are told as one; as many as the list in the app folds."""
ALONE: list[str] = RULE["alone"]
"""The kinds of notice that are never told with others."""
LEADS_TO: dict[str, str] = RULE["leads_to"]
"""The kinds of notice that are about no case, each with the page of the app where it is acted on."""


def _hours(name: str) -> tuple[time, time]:
    begin, end = map(time.fromisoformat, RULE[name])
    return begin, end


WORK_BEGINS, WORK_ENDS = _hours("working_hours")
QUIET_BEGINS, QUIET_ENDS = _hours("quiet_hours")


Audible = Callable[[str, datetime], datetime]
"""Says when what is due may make a sound, by its urgency."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a notice: its case's state now, and whether anybody it reached has `seen` it, or
    anybody has `acted` on the case, since it was written."""

    kind: str
    state: str
    seen: bool
    acted: bool


def climbs(kind: str) -> bool:
    """Whether notices of this kind must be acted on."""
    return kind in CLIMBING


def goes_on(standing: Standing) -> bool:
    """Whether a notice still has to reach somebody."""
    holds = standing.state in CLIMBING.get(standing.kind, ())
    return holds and not standing.seen and not standing.acted


def next_at(
    step: str, urgency: str, now: datetime, heard: bool, is_working: WorkingDay
) -> datetime | None:
    """When the step after this one is due, which is taken `now`; None after the last.

    One that could reach nobody (`heard` is false) is passed over: the next is due at once.
    """
    if step not in AFTER:
        return None
    return after_pause(urgency, now, is_working) if heard else now


def after_pause(urgency: str, start: datetime, is_working: WorkingDay) -> datetime:
    """A step's time later: by the clock for what is urgent, else so much working time later."""
    rule = RULE[urgency]
    left = timedelta(minutes=rule["pause_minutes"])
    if rule["round_the_clock"]:
        return start + left
    for begin, end in _working_hours(start, is_working):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise AssertionError("working days never end")


def audible_at(urgency: str, at: datetime) -> datetime:
    """When what is due at `at` may make a sound: at once, or for a normal matter at night, in the morning."""
    local = at.astimezone(CHINA)
    if RULE[urgency]["round_the_clock"] or QUIET_ENDS <= local.time() < QUIET_BEGINS:
        return at
    evening = local.time() >= QUIET_BEGINS
    return datetime.combine(local.date() + timedelta(days=evening), QUIET_ENDS, CHINA)


def at_once(_urgency: str, at: datetime) -> datetime:
    """Where no hours are kept quiet, as in a drill."""
    return at


def _working_hours(start: datetime, is_working: WorkingDay) -> Iterator[tuple[datetime, datetime]]:
    """The working hours that are left of this day by China's calendar, and those of the days after it."""
    day = start.astimezone(CHINA).date()
    while True:
        begin = max(start, datetime.combine(day, WORK_BEGINS, CHINA))
        end = datetime.combine(day, WORK_ENDS, CHINA)
        if is_working(day) and begin < end:
            yield begin, end
        day += timedelta(days=1)
