"""Who is called to a case, and what they answer, dully, from docs/cases.md."""

from tests.simulation.oracle.clocks import UNDER_WAY
from tests.simulation.oracle.sight import LEADERS, LEVEL, TEAM, Thing, up_from
from tests.simulation.oracle.tapped import Tap, Things
from tests.town import DEPARTMENTS, PEOPLE, id_of

GONE = ("done", "declined")


def calls(case: Thing, person: str) -> bool:
    """Whether somebody is called to this case now, so that they see it."""
    call = case.get("calls", {}).get(person)
    return bool(call and call[2] != "declined" and case["state"] in [*UNDER_WAY, "resolved"])


def whistle(_things: Things, case: Thing, tap: Tap) -> bool:
    me, community = tap.sender.person, case["community"]
    around = {
        name: (role, id_of(unit))
        for name, (role, unit) in PEOPLE.items()
        if id_of(name) != me and (community in up_from(id_of(unit)) or _over(community, unit))
    }
    called = {name for to in tap.args["to"] for name in _whom(to, around)}
    for name in called:
        before = case["calls"].get(id_of(name))
        if not before or before[2] in GONE or before[1] < case.get("again", ""):
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


def respond(_things: Things, case: Thing, tap: Tap) -> bool:
    by, at, _answer, answered = case["calls"][tap.sender.person]
    if tap.moment >= (answered or at):
        case["calls"][tap.sender.person] = (by, at, tap.args["answer"], tap.moment)
    return True
