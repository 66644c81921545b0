"""The steps a case takes by itself when its time comes (docs/cases.md, Deadlines); rules/due_steps.json.

A case carries the steps that lie ahead of it (`Record.due`), each with its moment. They are planned when
their clock starts, and a step that was taken lies ahead no more: so each is taken once.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sync.deadlines import WorkingDay, share_by_clock, share_of
from sync.instants import from_wire, to_wire
from sync.levels import RULES
from sync.records import Due, Record


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table.

    `clock` is the field of a case that starts it by being set anew. It is due after so many `days`, or when a
    `share` has passed of the time until the moment which that field names; for a case that is not urgent and
    with `on_working_days`, of the time on working days. It holds in `states` only, and starts when a case
    comes into one of them.

    It `does` an action of case_flow.json; or it `tells` the `holder`, or the unit `above`, which then sees
    the case, and maybe leaves a line on the timeline.
    """

    name: str
    clock: str
    states: list[str]
    share: float = 1
    days: int | None = None
    on_working_days: bool = False
    tells: list[str] = field(default_factory=list)
    leaves_line: bool = False
    does: str | None = None


RULE: dict[str, Any] = json.loads((RULES / "due_steps.json").read_text("utf-8"))
STEPS = {row["name"]: Step(**row) for row in RULE["steps"]}
"""By name, in the order in which those of one moment are taken."""


def planned(before: Record | None, after: Record, at: datetime, is_working: WorkingDay) -> Record:
    """A case that changes at `at`, with what lies ahead of it then: what still holds, and what begins."""
    had = {due.step: due for due in after.due}
    ahead = [
        _begun(step, after, at, is_working) if _begins(step, before, after) else had.get(step.name)
        for step in STEPS.values()
        if _holds(step, after)
    ]
    return replace(after, due=tuple(sorted(filter(None, ahead), key=lambda due: due.at)))


def next_due(case: Record, now: datetime) -> Due | None:
    """The first of the steps that are due for a case at `now`."""
    return next((due for due in case.due if due.at <= to_wire(now)), None)


def _holds(step: Step, case: Record) -> bool:
    return case.value["state"] in step.states


def _begins(step: Step, before: Record | None, after: Record) -> bool:
    # a case that left and came back may have the very same clock: to a phone that did not know the date, all
    # its taps are of one moment
    if before is None or not _holds(step, before):
        return True
    return bool(before.value[step.clock] != after.value[step.clock])


def _begun(step: Step, case: Record, at: datetime, is_working: WorkingDay) -> Due | None:
    """The step with its moment; None where its clock is not set."""
    if step.days is not None:
        return Due(to_wire(at + timedelta(days=step.days)), step.name)
    end = case.value[step.clock]
    if end is None:
        return None
    time = (at, from_wire(end), step.share)
    by_day = step.on_working_days and case.value["urgency"] != "urgent"
    moment = share_of(*time, is_working) if by_day else share_by_clock(*time)
    return Due(to_wire(moment), step.name)
