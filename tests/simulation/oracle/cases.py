"""What becomes of cases, dully, from docs/cases.md."""

from collections.abc import Callable

from tests.simulation.oracle.doors import spot
from tests.simulation.oracle.sight import HEIGHT, LEVEL, PARENT, Thing
from tests.simulation.oracle.tapped import (
    APPLIED,
    REJECTED,
    SUPERSEDED,
    Tap,
    Things,
    saw,
    stands,
)

ALLOWED = {
    "accept": (["open"], "member"),
    "escalate": (["open", "accepted"], "member"),
    "return": (["open", "accepted"], "leader"),
    "resolve": (["accepted"], "member"),
}
"""In which states, and by whom of the holding unit; a note by anybody at any time."""


def open_case(things: Things, tap: Tap) -> str:
    args, where = tap.args, spot(things, tap)
    visit = things.get(("visit", args["visit_id"] or ""))
    unseen = args["visit_id"] and not (visit and saw(tap, visit))
    taken = ("case", args["id"]) in things or ("case_event", tap.id) in things
    if taken or where is None or unseen:
        return REJECTED
    origin = where["grid"] or where["compound"]
    case = {**where, "reached": 0, "opener": tap.sender.person}
    case |= {"held": [], "climbed": [], "returned": []}
    things["case", args["id"]] = case
    _arrive(case, origin if args["kind"] == "doorstep" else where["compound"])
    _line(things, tap, tap.id, "open", args["detail"])
    return APPLIED


def act(things: Things, tap: Tap) -> str:
    """An action on a case, judged by its present state; too late, its words stay as a note (P6)."""
    args, case, action = tap.args, things.get(("case", tap.args["id"])), tap.name[5:]
    if not case or not saw(tap, case) or ("case_event", args["event_id"]) in things:
        return REJECTED
    text = args.get("reason") or args.get("text") or ""
    states, who = ALLOWED.get(action, ([case["state"]], "anybody"))
    if case["state"] in states and stands(tap.posts, who, [case["holder"]]):
        if not MOVES[action](case):
            return REJECTED
        _line(things, tap, args["event_id"], action, text)
        return APPLIED
    if not stands(tap.posts, who, case["held"]):
        return REJECTED
    _line(things, tap, args["event_id"], "note", text, action)
    return SUPERSEDED


def _line(
    things: Things, tap: Tap, event: str, action: str, text: str, attempted: str | None = None
) -> None:
    said = (tap.args["id"], tap.sender.person, action, text, tap.moment, attempted)
    things["case_event", event] = {"case": tap.args["id"], "said": said}


def _arrive(case: Thing, holder: str) -> bool:
    case |= {"state": "open", "holder": holder}
    case["reached"] = max(case["reached"], HEIGHT[LEVEL[holder]])
    if holder not in case["held"]:
        case["held"].append(holder)
    return True


def _stay(_case: Thing) -> bool:
    return True


def _become(state: str) -> Callable[[Thing], bool]:
    def become(case: Thing) -> bool:
        case["state"] = state
        return True

    return become


def _climb(case: Thing) -> bool:
    if LEVEL[case["holder"]] == "district":
        return False
    case["climbed"].append(case["holder"])
    return _arrive(case, PARENT[case["holder"]] or "")


def _return(case: Thing) -> bool:
    holder = case["holder"]
    if not case["climbed"]:
        return False
    if holder in case["returned"] and LEVEL[holder] != "district":
        return _climb(case)
    case["returned"] = sorted({*case["returned"], holder})
    return _arrive(case, case["climbed"].pop())


MOVES: dict[str, Callable[[Thing], bool]] = {
    "note": _stay,
    "accept": _become("accepted"),
    "resolve": _become("resolved"),
    "escalate": _climb,
    "return": _return,
}
"""What an action does to a case; False when there is nowhere to go."""
