"""Who may do what to a case, and when: rules/case_flow.json, read with the people and units at hand."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sync.instants import from_wire
from sync.levels import RULES
from sync.records import Record
from sync.scene import Scene

STATES: dict[str, list[str]] = json.loads((RULES / "case_states.json").read_text("utf-8"))
"""All `states` of a case, and which of them are `unsettled`, and which `over`."""
FLOW: dict[str, Any] = json.loads((RULES / "case_flow.json").read_text("utf-8"))
ACTIONS: dict[str, dict[str, Any]] = FLOW["actions"]
BY_ITSELF: dict[str, dict[str, Any]] = FLOW["by_itself"]
"""What no member of a unit does: time (due_steps.py), or the office (regridding.py)."""
BY_RESIDENT: dict[str, list[str]] = FLOW["by_resident"]
"""What the resident does by the link of their receipt, in which states of their case, or of the one it was
joined to (resident.py)."""
BY_PLATFORM: dict[str, list[str]] = FLOW["by_platform"]
"""What a platform does for the unit that handed it the case, in which states (tidings.py)."""

UnitIds = Sequence[str]
Args = Mapping[str, Any]
UNSAID: Args = {}
CaseOf = Callable[[str], Record | None]
"""Gives a case of the same community by its id."""


def is_unsettled(case: Record) -> bool:
    """Whether whoever holds the case has something left to do."""
    return case.value["state"] in STATES["unsettled"]


def is_over(case: Record) -> bool:
    """Whether nothing more is to come of the case by itself; what is resolved may still be found wanting."""
    return case.value["state"] in STATES["over"]


def followed(case: Record, case_of: CaseOf) -> Record:
    """The case that settles this one: itself, or where it was joined to, and that again, the last of them."""
    while case.value["merged_into"] and (parent := case_of(case.value["merged_into"])):
        case = parent
    return case


def in_scope(scene: Scene, case: Record, _unit_ids: UnitIds) -> bool:
    return scene.sees(case) or scene.saw(case)


def holder_member(scene: Scene, _case: Record, unit_ids: UnitIds) -> bool:
    return any(post.member and post.unit_id in unit_ids for post in scene.author.posts)


def holder_leader(scene: Scene, _case: Record, unit_ids: UnitIds) -> bool:
    posts = scene.author.posts
    return any(post.member and post.leads and post.unit_id in unit_ids for post in posts)


def above_member(scene: Scene, case: Record, unit_ids: UnitIds) -> bool:
    return holder_member(scene, case, _above(scene, unit_ids))


def above_leader(scene: Scene, case: Record, unit_ids: UnitIds) -> bool:
    return holder_leader(scene, case, _above(scene, unit_ids))


def origin_member(scene: Scene, case: Record, _unit_ids: UnitIds) -> bool:
    return holder_member(scene, case, [case.value["origin_id"]])


def opener(scene: Scene, case: Record, _unit_ids: UnitIds) -> bool:
    return bool(case.value["opened_by"] == scene.author.person_id)


def called(scene: Scene, case: Record, _unit_ids: UnitIds) -> bool:
    return scene.is_called(case)


def _above(scene: Scene, unit_ids: UnitIds) -> list[str]:
    above = map(scene.ladder().above, unit_ids)
    return [unit.id for unit in above if unit]


RELATIONS: dict[str, Callable[[Scene, Record, UnitIds], bool]] = {
    relation.__name__: relation
    for relation in (
        in_scope,
        holder_member,
        holder_leader,
        above_member,
        above_leader,
        origin_member,
        opener,
        called,
    )
}
"""How an author may stand to a case and the units that hold it, or once held it."""


def time_asked(_scene: Scene, case: Record, args: Args) -> bool:
    """Whether more time is asked for, and no other than the author saw."""
    wish = case.value["extension_until"]
    return wish is not None and (args.get("asked") or wish) == wish


def closed_lately(scene: Scene, case: Record, _args: Args = UNSAID) -> bool:
    """Whether a closed case may still be opened again."""
    closed, days = case.value["closed_at"], timedelta(days=FLOW["reopens_within_days"])
    return closed is not None and scene.at <= from_wire(closed) + days


CONDITIONS: dict[str, Callable[[Scene, Record, Args], bool]] = {
    "time_asked": time_asked,
    "closed_lately": closed_lately,
}
"""What else must be so, where an action names it in `if`."""


def allows(scene: Scene, case: Record, action: str, args: Args = UNSAID) -> bool:
    """Whether the author may do this to the case as it stands, with these arguments."""
    rule, holder = ACTIONS[action], [case.value["holder_id"]]
    if "if" in rule and not CONDITIONS[rule["if"]](scene, case, args):
        return False
    return any(
        case.value["state"] in states and RELATIONS[relation](scene, case, holder)
        for relation, states in rule["by"].items()
    )


def concerned(scene: Scene, case: Record, action: str) -> bool:
    """Whether the author stands, or once stood, to the case as somebody who may do this."""
    return any(
        RELATIONS[relation](scene, case, unit_ids)
        for unit_ids in _once_at(scene, case)
        for relation in ACTIONS[action]["by"]
    )


def _once_at(scene: Scene, case: Record) -> Iterator[UnitIds]:
    """The units that held the case, and those that would have, had it come before its household went."""
    yield case.value["held_by"]
    left = [id_ for gone in scene.left(case) for id_ in gone.place.values()]
    yield [id_ for id_ in left if id_]
