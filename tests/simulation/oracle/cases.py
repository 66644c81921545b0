"""What becomes of cases, dully, from docs/cases.md."""

from collections.abc import Callable
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.simulation.oracle.doors import spot
from tests.simulation.oracle.sight import HEIGHT, LEADERS, LEVEL, PARENT, TEAM, Thing, sees, up_from
from tests.simulation.oracle.tapped import (
    APPLIED,
    REJECTED,
    SUPERSEDED,
    Tap,
    Things,
    saw,
    stands,
)
from tests.town import DEPARTMENTS, PEOPLE, id_of

Move = Callable[[Things, Thing, Tap], bool]
FAR_AWAY = "2027"
"""What a request for more time must ask for at least: later than any deadline of the town."""

UNDER_WAY, SETTLED = ["open", "accepted"], ["resolved", "closed", "merged"]

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


def open_case(things: Things, tap: Tap) -> str:
    args, where = tap.args, spot(things, tap)
    visit = things.get(("visit", args["visit_id"] or ""))
    unseen = args["visit_id"] and not (visit and saw(tap, visit))
    taken = ("case", args["id"]) in things or ("case_event", tap.id) in things
    if taken or where is None or unseen:
        return REJECTED
    origin = where["grid"] or where["compound"]
    case = {**where, "reached": 0, "opener": tap.sender.person}
    case |= {"held": [], "climbed": [], "returned": [], "origin": origin, "rating": None}
    case |= {"id": args["id"], "calls": {}}
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
    rule = ALLOWED.get(action, {"anybody": [case["state"]]})
    now = [who for who, states in rule.items() if case["state"] in states]
    if _ready(case, action, tap) and any(_stands(tap, who, case, [case["holder"]]) for who in now):
        if not MOVES[action](things, case, tap):
            return REJECTED
        _line(things, tap, args["event_id"], action, text)
        return APPLIED
    if not any(_stands(tap, who, case, case["held"]) for who in rule):
        return REJECTED
    if action == "rate":
        _line(things, tap, args["event_id"], action, text)
        return APPLIED
    _line(things, tap, args["event_id"], "note", text, action)
    return SUPERSEDED


def _stands(tap: Tap, who: str, case: Thing, units: list[str]) -> bool:
    """Whether the author stands so to one of these units, or to the case."""
    if who == "called":
        return tap.sender.person in case["calls"]
    if who == "anybody":
        return sees(tap.posts, case)
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
        return case["asked"] is not None
    return action != "reopen" or _closed_lately(case, tap)


def _closed_lately(case: Thing, tap: Tap) -> bool:
    closed = case["closed"]
    return closed is not None and tap.at <= closed + timedelta(days=DAYS_TO_REOPEN)


def _line(
    things: Things, tap: Tap, event: str, action: str, text: str, attempted: str | None = None
) -> None:
    said = (tap.args["id"], tap.sender.person, action, text, tap.moment, attempted)
    things["case_event", event] = {"case": tap.args["id"], "said": said}


def _arrive(case: Thing, holder: str) -> bool:
    case |= {"state": "open", "holder": holder, "asked": None, "granted": None}
    case |= {"closed": None, "assignee": None, "parent": None}
    case["reached"] = max(case["reached"], HEIGHT[LEVEL[holder]])
    if holder not in case["held"]:
        case["held"].append(holder)
    return True


def _stay(_things: Things, _case: Thing, _tap: Tap) -> bool:
    return True


def _become(state: str) -> Move:
    def become(_things: Things, case: Thing, tap: Tap) -> bool:
        case["state"] = state
        if state == "closed":
            case["closed"] = tap.at
        return True

    return become


def _climb(_things: Things, case: Thing, _tap: Tap) -> bool:
    if LEVEL[case["holder"]] == "district":
        return False
    case["climbed"].append(case["holder"])
    return _arrive(case, PARENT[case["holder"]] or "")


def _return(things: Things, case: Thing, tap: Tap) -> bool:
    holder = case["holder"]
    if not case["climbed"]:
        return False
    if holder in case["returned"] and LEVEL[holder] != "district":
        return _climb(things, case, tap)
    case["returned"] = sorted({*case["returned"], holder})
    return _arrive(case, case["climbed"].pop())


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
    until = tap.args["until"]
    if LEVEL[case["holder"]] == "district" or until < FAR_AWAY or until <= (case["granted"] or ""):
        return False
    case["asked"] = until
    return True


def _grant(_things: Things, case: Thing, _tap: Tap) -> bool:
    case |= {"granted": case["asked"], "asked": None}
    return True


def _deny(_things: Things, case: Thing, _tap: Tap) -> bool:
    case["asked"] = None
    return True


def _rate(_things: Things, case: Thing, tap: Tap) -> bool:
    solved = tap.args["solved"]
    case["rating"] = {name: tap.args[name] for name in ("solved", "content", "how")}
    if solved and case["state"] == "resolved":
        case |= {"state": "closed", "closed": tap.at}
    elif not solved and (case["state"] != "closed" or _closed_lately(case, tap)):
        _arrive(case, case["holder"])
    return True


def _reopen(_things: Things, case: Thing, _tap: Tap) -> bool:
    return _arrive(case, case["holder"])


def _join(things: Things, case: Thing, tap: Tap) -> bool:
    parent = things.get(("case", tap.args["into_id"]))
    if not parent or not saw(tap, parent) or parent is case or parent["state"] not in UNDER_WAY:
        return False
    if parent["community"] != case["community"]:
        return False
    case |= {"state": "merged", "parent": tap.args["into_id"]}
    line = str(uuid5(NAMESPACE_URL, f"qiaomen:{tap.args['event_id']}/joined"))
    said = (tap.args["into_id"], tap.sender.person, "merge", tap.args["text"], tap.moment, None)
    things["case_event", line] = {"case": tap.args["into_id"], "said": said}
    return True


GONE = ("done", "declined")


def calls(case: Thing, person: str) -> bool:
    """Whether somebody is called to this case now, so that they see it."""
    call = case.get("calls", {}).get(person)
    return bool(call and call[2] != "declined" and case["state"] in [*UNDER_WAY, "resolved"])


def _whistle(_things: Things, case: Thing, tap: Tap) -> bool:
    me, community = tap.sender.person, case["community"]
    around = {
        name: (role, id_of(unit))
        for name, (role, unit) in PEOPLE.items()
        if id_of(name) != me and (community in up_from(id_of(unit)) or _over(community, unit))
    }
    called = {name for to in tap.args["to"] for name in _whom(to, around)}
    for name in called:
        before = case["calls"].get(id_of(name))
        if not before or before[2] in GONE:
            case["calls"][id_of(name)] = (me, tap.moment, None, None)
    return bool(called)


def _over(community: str, unit: str) -> bool:
    return id_of(unit) in up_from(community) and LEVEL[id_of(unit)] != "city"


def _whom(to: dict[str, str], around: dict[str, tuple[str, str]]) -> list[str]:
    if to["department"]:
        return [name for name in around if DEPARTMENTS.get(name) == to["department"]]
    if to["person_id"]:
        return [name for name in around if id_of(name) == to["person_id"]]
    team = {n: role for n, (role, at) in around.items() if at == to["unit_id"] and role in TEAM}
    return [name for name, role in team.items() if role in LEADERS] or list(team)


def _respond(_things: Things, case: Thing, tap: Tap) -> bool:
    by, at, _answer, answered = case["calls"][tap.sender.person]
    if tap.moment >= (answered or at):
        case["calls"][tap.sender.person] = (by, at, tap.args["answer"], tap.moment)
    return True


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
    "whistle": _whistle,
    "respond": _respond,
    "resolve": _become("resolved"),
    "rate": _rate,
    "reopen": _reopen,
    "merge": _join,
    "withdraw": _become("withdrawn"),
}
"""What an action does to a case; False when it cannot be done."""
