"""When a case falls due, and what it does by itself then, dully, from docs/cases.md (Deadlines).

Everybody in this town works every day.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.simulation.oracle.sight import HEIGHT, LEVEL, PARENT, Thing
from tests.simulation.oracle.tapped import Things, on_wire

UNDER_WAY = ["open", "accepted"]

ACCEPT = {"urgent": timedelta(minutes=30), "normal": timedelta(hours=24)}
SETTLE_HOURS = {"grid": 4, "compound": 8, "community": 24, "street": 24, "district": 48}
SETTLE_DAYS = {"grid": 2, "compound": 3, "community": 5, "street": 7, "district": 15}
SHARES = {"due": 0.5, "due_soon": 0.8, "overdue": 1.0}
"""What of the time to settle has passed when a case is reminded of, and told of as overdue."""
SILENCE = timedelta(days=7)
ORDER = [*SHARES, "unaccepted", "silent"]
"""Of steps that are due at one moment, which comes first."""


def _start(case: Thing, level: str, at: datetime) -> None:
    """The clock of a level starts when the case reaches it."""
    urgent = case["urgency"] == "urgent"
    settle = timedelta(hours=SETTLE_HOURS[level]) if urgent else timedelta(days=SETTLE_DAYS[level])
    case |= {"arrived": at, "accept_by": at + ACCEPT[case["urgency"]], "taken": set()}
    case |= {"counted_from": at, "settle_by": at + settle, "resolved": None, "closed": None}


def lengthen(case: Thing, until: datetime, at: datetime) -> None:
    """More time to settle begins the reminders of it anew."""
    case |= {"counted_from": at, "settle_by": until, "taken": case["taken"] - set(SHARES)}


def ahead(case: Thing) -> list[tuple[datetime, str]]:
    """The steps that lie ahead of a case, the first of them first."""
    moments = {}
    if case["state"] in UNDER_WAY:
        end = case["settle_by"]
        begin = min(case["counted_from"], end)
        moments = {step: begin + (end - begin) * share for step, share in SHARES.items()}
    if case["state"] == "open":
        moments["unaccepted"] = case["arrived"] + 2 * ACCEPT[case["urgency"]]
    if case["state"] == "resolved":
        moments["silent"] = case["resolved"] + SILENCE
    left = [(at, step) for step, at in moments.items() if step not in case["taken"]]
    return sorted(left, key=lambda one: (one[0], ORDER.index(one[1])))


def pass_by(things: Things, case_ids: Iterable[str], now: datetime) -> None:
    """These cases take the steps that are due."""
    for case in (things["case", id_] for id_ in case_ids):
        while (steps := ahead(case)) and steps[0][0] <= now:
            moment, step = steps[0]
            case["taken"].add(step)
            DOES[step](things, case, moment, now)


def _remind(_things: Things, _case: Thing, _moment: datetime, _now: datetime) -> None:
    """Only notices tell of it."""


def _overdue(things: Things, case: Thing, moment: datetime, _now: datetime) -> None:
    show_above(case)
    _line(things, case, "overdue", "overdue", moment, moment)


def show_above(case: Thing) -> None:
    """The unit above sees the case from then on."""
    level = LEVEL[_above(case) or case["holder"]]
    case["reached"] = max(case["reached"], HEIGHT[level])


def _climb(things: Things, case: Thing, moment: datetime, now: datetime) -> None:
    above = _above(case)
    if above:
        case["climbed"].append(case["holder"])
        arrive(case, above, now)
        _line(things, case, "unaccepted", "escalate", moment, now)


def _close(things: Things, case: Thing, moment: datetime, now: datetime) -> None:
    case |= {"state": "closed", "closed": now}
    _line(things, case, "silent", "close", moment, now)


DOES: dict[str, Callable[[Things, Thing, datetime, datetime], None]] = {
    "due": _remind,
    "due_soon": _remind,
    "overdue": _overdue,
    "unaccepted": _climb,
    "silent": _close,
}


def _above(case: Thing) -> str | None:
    return None if LEVEL[case["holder"]] == "district" else PARENT[case["holder"]]


def _line(
    things: Things, case: Thing, step: str, action: str, moment: datetime, at: datetime
) -> None:
    name = f"qiaomen:{case['id']}/{step}/{on_wire(moment)}"
    said = (case["id"], None, action, "", on_wire(at), None)
    things["case_event", str(uuid5(NAMESPACE_URL, name))] = {"case": case["id"], "said": said}


def arrive(case: Thing, holder: str, at: datetime) -> bool:
    """The case is open at this unit."""
    case |= {"state": "open", "holder": holder, "asked": None, "assignee": None, "parent": None}
    case["reached"] = max(case["reached"], HEIGHT[LEVEL[holder]])
    if holder not in case["held"]:
        case["held"].append(holder)
    _start(case, LEVEL[holder], at)
    return True
