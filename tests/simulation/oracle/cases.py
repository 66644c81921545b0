"""What becomes of cases, dully, from docs/cases.md."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from tests.simulation.oracle.clocks import UNDER_WAY, arrive, lengthen, show_above
from tests.simulation.oracle.doors import spot
from tests.simulation.oracle.sight import LEVEL, PARENT, TEAM, Thing
from tests.simulation.oracle.tapped import (
    APPLIED,
    REJECTED,
    SUPERSEDED,
    Tap,
    Things,
    had_in_sight,
    left,
    saw,
    stands,
)
from tests.simulation.oracle.whistles import respond, whistle
from tests.town import PEOPLE, id_of

Move = Callable[[Things, Thing, Tap], bool]
SETTLED = ["resolved", "closed", "merged"]

ALLOWED: dict[str, dict[str, list[str]]] = {
    "accept": {"member": ["open"]},
    "assign": {"leader": UNDER_WAY},
    "escalate": {"member": UNDER_WAY},
    "return": {"leader": UNDER_WAY},
    "extend": {"member": ["accepted"]},
    "grant": {"leader above": ["accepted"]},
    "deny": {"leader above": ["accepted"]},
    "council": {"member": ["accepted"]},
    "whistle": {"member": UNDER_WAY},
    "respond": {"called": [*UNDER_WAY, *SETTLED, "withdrawn"]},
    "resolve": {"member": ["accepted"]},
    "rate": {"member at the origin": SETTLED, "member": SETTLED},
    "reopen": {"member at the origin": ["closed"], "member above": ["closed"]},
    "merge": {"leader": UNDER_WAY},
    "withdraw": {"leader": UNDER_WAY, "opener": ["open"]},
}
"""By whom, as they stand to the holding unit, and in which states; a note by anybody at any time."""

DAYS_TO_REOPEN = 30
DAYS_TO_ASK_FOR = 366


def open_case(things: Things, tap: Tap) -> str:
    args, where = tap.args, spot(things, tap)
    visit = things.get(("visit", args["visit_id"] or ""))
    unseen = args["visit_id"] and not (visit and saw(tap, visit))
    elsewhere = visit and where and visit["community"] != where["community"]
    taken = ("case", args["id"]) in things or ("case_event", tap.id) in things
    if taken or where is None or unseen or elsewhere:
        return REJECTED
    origin = where["grid"] or where["compound"]
    case = {**where, "reached": 0, "opener": tap.sender.person}
    case |= {"held": [], "climbed": [], "returned": [], "origin": origin, "rating": None}
    case |= {
        "id": args["id"],
        "dwelling": args["dwelling_id"],
        "calls": {},
        "urgency": args["urgency"],
    }
    case |= {"times_resolved": 0, "by_link": []}
    things["case", args["id"]] = case
    arrive(case, origin if args["kind"] == "doorstep" else where["compound"], tap.at)
    _line(things, tap, tap.id, "open", args["detail"])
    return APPLIED


def _is_taken(things: Things, line: str) -> bool:
    """Whether a line has this id, or it is one of those that the server makes."""
    return UUID(line).version == 5 or ("case_event", line) in things


def act(things: Things, tap: Tap) -> str:
    """An action on a case, judged by its present state; too late, its words stay as a note (P6)."""
    args, case, action = tap.args, things.get(("case", tap.args["id"])), tap.name[5:]
    if not case or not saw(tap, case) or _is_taken(things, args["event_id"]):
        return REJECTED
    text = args.get("reason") or args.get("text") or ""
    if allowed(case, tap, action):
        if not MOVES[action](things, case, tap):
            return REJECTED
        _line(things, tap, args["event_id"], action, text)
        return APPLIED
    once = [*case["held"], *left(tap, case)]
    if not any(_stands(tap, who, case, once) for who in _rule(case, action)):
        return REJECTED
    if action == "rate":
        _line(things, tap, args["event_id"], action, text)
        return APPLIED
    _line(things, tap, args["event_id"], "note", text, action)
    return SUPERSEDED


def allowed(case: Thing, tap: Tap, action: str) -> bool:
    """Whether the author may do this to the case as it stands."""
    now = [who for who, states in _rule(case, action).items() if case["state"] in states]
    stands_so = any(_stands(tap, who, case, [case["holder"]]) for who in now)
    return stands_so and _ready(case, action, tap)


def _rule(case: Thing, action: str) -> dict[str, list[str]]:
    return ALLOWED.get(action, {"anybody": [case["state"]]})


def _stands(tap: Tap, who: str, case: Thing, units: list[str]) -> bool:
    """Whether the author stands so to one of these units, or to the case."""
    if who == "called":
        return tap.sender.person in case["calls"]
    if who == "anybody":
        return had_in_sight(tap, case)
    if who == "opener":
        return bool(case["opener"] == tap.sender.person)
    role, _, where = who.partition(" ")
    if where == "above":
        units = [PARENT[unit] or "" for unit in units if LEVEL[unit] != "district"]
    if where == "at the origin":
        units = [case["origin"]]
    return stands(tap.posts, role, units)


def _ready(case: Thing, action: str, tap: Tap) -> bool:
    if action in ("grant", "deny"):
        wish, seen = case["asked"], tap.args.get("asked")
        return wish is not None and seen in (None, wish)
    return action != "reopen" or _closed_lately(case, tap)


def _closed_lately(case: Thing, tap: Tap) -> bool:
    closed = case["closed"]
    return closed is not None and tap.at <= closed + timedelta(days=DAYS_TO_REOPEN)


def _line(
    things: Things, tap: Tap, event: str, action: str, text: str, attempted: str | None = None
) -> None:
    said = (tap.args["id"], tap.sender.person, action, text, tap.moment, attempted)
    things["case_event", event] = {"case": tap.args["id"], "said": said}


def _stay(_things: Things, _case: Thing, _tap: Tap) -> bool:
    return True


def _become(state: str) -> Move:
    def become(_things: Things, case: Thing, tap: Tap) -> bool:
        case["state"] = state
        if state == "resolved":
            case["resolved"] = tap.at
            case["times_resolved"] += 1
        return True

    return become


def _climb(_things: Things, case: Thing, tap: Tap) -> bool:
    if LEVEL[case["holder"]] == "district":
        return False
    case["climbed"].append(case["holder"])
    return arrive(case, PARENT[case["holder"]] or "", tap.at)


def _return(things: Things, case: Thing, tap: Tap) -> bool:
    holder = case["holder"]
    if not case["climbed"]:
        return False
    if holder in case["returned"] and LEVEL[holder] != "district":
        return _climb(things, case, tap)
    case["returned"] = sorted({*case["returned"], holder})
    return arrive(case, case["climbed"].pop(), tap.at)


def _assign(_things: Things, case: Thing, tap: Tap) -> bool:
    person = tap.args["assignee_id"]
    team = [
        id_of(n) for n, (role, at) in PEOPLE.items() if role in TEAM and id_of(at) == case["holder"]
    ]
    if person not in team:
        return False
    case |= {"state": "accepted", "assignee": person}
    return True


def _ask(_things: Things, case: Thing, tap: Tap) -> bool:
    until = datetime.fromisoformat(tap.args["until"])
    present = max(tap.at, case["settle_by"])
    in_reach = present < until <= present + timedelta(days=DAYS_TO_ASK_FOR)
    if LEVEL[case["holder"]] == "district" or not in_reach:
        return False
    case["asked"] = tap.args["until"]
    show_above(case)
    return True


def _grant(_things: Things, case: Thing, tap: Tap) -> bool:
    lengthen(case, datetime.fromisoformat(case["asked"]), tap.at)
    case["asked"] = None
    return True


def _deny(_things: Things, case: Thing, _tap: Tap) -> bool:
    case["asked"] = None
    return True


def _rate(things: Things, case: Thing, tap: Tap) -> bool:
    solved, settling = tap.args["solved"], _settling(things, case)
    case["rating"] = {name: tap.args[name] for name in ("solved", "content", "how")}
    if solved and case["state"] == "resolved":
        case |= {"state": "closed", "closed": tap.at}
    elif not solved and (settling["state"] != "closed" or _closed_lately(settling, tap)):
        _open_again(case, tap)
    return True


def _open_again(case: Thing, tap: Tap) -> bool:
    case["again"] = tap.moment
    return arrive(case, case["holder"], tap.at)


def _settling(things: Things, case: Thing) -> Thing:
    """The case itself, or the last it was joined to."""
    while case["parent"]:
        case = things["case", case["parent"]]
    return case


def rate_by_link(things: Things, tap: Tap) -> bool:
    """The resident's own word, once each time that the case, or the one it was joined to, is settled."""
    case = things["case", tap.args["id"]]
    settling = _settling(things, case)
    this_time = f"{settling['id']}/{settling['times_resolved']}"
    if settling["state"] not in ("resolved", "closed") or this_time in case["by_link"]:
        return False
    case["by_link"].append(this_time)
    _rate(things, case, tap)
    line = uuid5(NAMESPACE_URL, f"qiaomen:{tap.args['id']}/rate/{this_time}")
    said = (tap.args["id"], None, "rate", tap.args["text"], tap.moment, None)
    things["case_event", str(line)] = {"case": tap.args["id"], "said": said}
    return True


def _reopen(_things: Things, case: Thing, tap: Tap) -> bool:
    return _open_again(case, tap)


def _join(things: Things, case: Thing, tap: Tap) -> bool:
    parent = things.get(("case", tap.args["into_id"]))
    if not parent or not saw(tap, parent) or parent is case or parent["state"] not in UNDER_WAY:
        return False
    if parent["community"] != case["community"]:
        return False
    line = str(uuid5(NAMESPACE_URL, f"qiaomen:{tap.args['event_id']}/joined"))
    case |= {"state": "merged", "parent": tap.args["into_id"]}
    said = (tap.args["into_id"], tap.sender.person, "merge", tap.args["text"], tap.moment, None)
    things["case_event", line] = {"case": tap.args["into_id"], "said": said}
    return True


def _withdraw(things: Things, case: Thing, tap: Tap) -> bool:
    """What was joined to it goes on by itself, each with a line of its own."""
    case["state"] = "withdrawn"
    for child in joined_to(things, case["id"]):
        _open_again(child, tap)
        line = str(uuid5(NAMESPACE_URL, f"qiaomen:{tap.args['event_id']}/{child['id']}"))
        said = (child["id"], tap.sender.person, "part", tap.args["reason"], tap.moment, None)
        things["case_event", line] = {"case": child["id"], "said": said}
    return True


def joined_to(things: Things, case_id: str) -> list[Thing]:
    """The cases that were joined to one."""
    return [
        one for (type_, _), one in things.items() if type_ == "case" and one["parent"] == case_id
    ]


MOVES: dict[str, Move] = {
    "note": _stay,
    "accept": _become("accepted"),
    "assign": _assign,
    "escalate": _climb,
    "return": _return,
    "extend": _ask,
    "grant": _grant,
    "deny": _deny,
    "council": _stay,
    "whistle": whistle,
    "respond": respond,
    "resolve": _become("resolved"),
    "rate": _rate,
    "reopen": _reopen,
    "merge": _join,
    "withdraw": _withdraw,
}
"""What an action does to a case; False when it cannot be done."""
