"""What goes with a dwelling that is given to another grid, dully, from docs/domain.md."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from tests.simulation.oracle.clocks import UNDER_WAY, arrive
from tests.simulation.oracle.sight import PARENT, Thing
from tests.simulation.oracle.tapped import Key, Things, on_wire


def give(things: Things, home: str, grid: str, now: datetime) -> None:
    """The dwelling, who lives there, the visits, the conflicts and the cases are the new grid's."""
    dwelling = things["dwelling", home]
    if dwelling["grid"] == grid:
        return
    building = _building(things, home, grid, now)
    at_home = [key for key, thing in things.items() if _is_of(key, thing, home)]
    theirs = [("dwelling", home), *at_home]
    fought_over = [
        key for key, t in things.items() if key[0] == "conflict" and t["record"] in theirs
    ]
    cases = [k for k, t in things.items() if k[0] == "case" and t["dwelling"] == home]
    things["dwelling", home] = {**dwelling, "said": (building,)}
    for key in (*theirs, *fought_over):
        _put_at(things, key, grid, now)
    for key in cases:
        _bring_case(things, key, grid, now)


def _is_of(key: Key, thing: Thing, home: str) -> bool:
    lives_or_was = key[0] in ("resident", "visit") and "removed" not in thing
    return lives_or_was and thing["said"][0] == home


def _put_at(things: Things, key: Key, grid: str, now: datetime) -> None:
    things.put(key, {**things[key], "grid": grid, "compound": PARENT[grid]}, now)


def _building(things: Things, home: str, grid: str, now: datetime) -> str:
    """The building it is of there: one of the same name and compound, else its own, or a new one."""
    id_: str = things["dwelling", home]["said"][0]
    old = things["building", id_]
    same = sorted(
        other
        for (type_, other), thing in things.items()
        if type_ == "building"
        and (thing["grid"], thing["name"], thing["compound"])
        == (grid, old["name"], old["compound"])
    )
    others_stay = any(
        type_ == "dwelling" and other != home and thing["said"] == (id_,) and thing["grid"] != grid
        for (type_, other), thing in things.items()
    )
    if not others_stay:
        _put_at(things, ("building", id_), grid, now)
        return same[0] if same else id_
    if same:
        return same[0]
    new = str(uuid5(NAMESPACE_URL, f"qiaomen:{id_}/regrid/{grid}/{on_wire(now)}"))
    things["building", new] = {**old, "grid": grid, "compound": PARENT[grid], "was": []}
    return new


def _bring_case(things: Things, key: Key, grid: str, now: datetime) -> None:
    """What the old grid and compound were to a case, the new are; what was under way there is open anew."""
    before = things[key]
    new: dict[str, str] = {before["grid"]: grid, before["compound"]: PARENT[grid] or ""}
    _put_at(things, key, grid, now)
    case = things[key]
    was: str = case["holder"]
    holder = new.get(was, was)
    case["origin"] = new.get(case["origin"], case["origin"])
    for name in ("climbed", "returned"):
        case[name] = [new.get(unit, unit) for unit in case[name]]
    if holder == was:
        return
    if case["state"] in UNDER_WAY:
        arrive(case, holder, now)
        line = str(uuid5(NAMESPACE_URL, f"qiaomen:{key[1]}/regrid/{grid}/{on_wire(now)}"))
        said = (key[1], None, "regrid", "", on_wire(now), None)
        things["case_event", line] = {"case": key[1], "said": said}
        return
    case["holder"] = holder
    if holder not in case["held"]:
        case["held"].append(holder)
