"""The whistle (吹哨): who is called to a case, and what each of them answers (报到); docs/cases.md.

A case keeps a call for each person: {person_id, name, by_id, at, answer, answered_at}. While it is in force
that person has a post at the case (scope.py), which is how the case comes to their phone and leaves it.
"""

from datetime import datetime
from typing import Any

from sync import duty
from sync.case_flow import is_over
from sync.duty import Serving
from sync.instants import to_wire
from sync.levels import CALLED, COMMUNITY, HIGHEST_HOLDER, RESPONDER
from sync.records import Record
from sync.scene import Scene
from sync.scope import Post
from sync.verdict import Rejected

Call = dict[str, Any]

MOST_CALLED = 500
"""So many people may be called to one case."""
SHOWN = 20
"""So many names stand on the timeline."""
NO_MORE = ("done", "declined")
"""Answers after which somebody can be called anew."""


def call(scene: Scene, case: Record, args: dict[str, Any]) -> Record:
    """Call people to a case: those on duty at a unit, those of a department, or somebody by name.

    Who is called already, and has not said that they are done or cannot come, is not called twice; but anew
    once the case has been opened again.
    """
    before = case.value["calls"] or []
    waiting = _waited_for(scene, case, before)
    names = _called(scene, case, args["to"])
    if not names:
        raise Rejected("nobody_to_call", "/args/to")
    fresh = [
        {
            "person_id": id_,
            "name": name,
            "by_id": scene.author.person_id,
            "at": to_wire(scene.at),
            "answer": None,
            "answered_at": None,
        }
        for id_, name in names.items()
        if id_ not in waiting
    ]
    again = {one["person_id"] for one in fresh}
    calls = [one for one in before if one["person_id"] not in again] + fresh
    if len(calls) > MOST_CALLED:
        raise Rejected("too_many_called", "/args/to")
    return case.with_(calls=calls)


def _waited_for(scene: Scene, case: Record, calls: list[Call]) -> set[str]:
    """Who was called since the case was opened last, and is not through with it."""
    expected = [one for one in calls if one["answer"] not in NO_MORE]
    lines = scene.timeline(case.id) if expected else []
    opened = max((line.value["at"] for line in lines if _opens_again(line)), default="")
    return {one["person_id"] for one in expected if one["at"] >= opened}


def _opens_again(line: Record) -> bool:
    """Whether the case came to be open where it was held already."""
    return bool(line.value["to_unit_id"] and line.value["to_unit_id"] == line.value["from_unit_id"])


def answer(scene: Scene, case: Record, args: dict[str, Any]) -> Record:
    """What one of those who were called says; of two answers the one that was given last counts."""
    said = {"answer": args["answer"], "answered_at": to_wire(scene.at)}
    calls = [
        {**one, **said} if _is_later(one, scene, said["answered_at"]) else one
        for one in case.value["calls"]
    ]
    return case.with_(calls=calls)


def _is_later(call: Call, scene: Scene, at: str) -> bool:
    mine = call["person_id"] == scene.author.person_id
    return bool(mine and (call["answered_at"] or call["at"]) <= at)


def _called(scene: Scene, case: Record, to: list[Call]) -> dict[str, str]:
    """The names of all these, by their ids; never who blows the whistle."""
    serving = scene.serving(_units_around(scene, case))
    # who leads a unit and whistles for it wants its others
    others = [one for one in serving if one.person_id != scene.author.person_id]
    found = {(one.name, one.person_id) for whom in to for one in _those(others, whom)}
    return {person_id: name for name, person_id in sorted(found)}


def _units_around(scene: Scene, case: Record) -> list[str]:
    """Whose people may be called: those of the case's community, and of the units above it."""
    ladder = scene.ladder()
    community = ladder.get(case.community_id)
    if community is None:
        return []
    above = [unit.id for id_ in community.path if (unit := ladder.get(id_)) and _holds(unit.rank)]
    return sorted({*above, *ladder.within(community.id)})


def _holds(rank: int) -> bool:
    return COMMUNITY <= rank <= HIGHEST_HOLDER


def _those(around: list[Serving], whom: Call) -> list[Serving]:
    if whom.get("unit_id"):
        return duty.on_duty([one for one in around if one.unit_id == whom["unit_id"]])
    if whom.get("department"):
        return [one for one in around if one.department == whom["department"]]
    return [one for one in around if one.person_id == whom["person_id"]]


def details(before: Record, after: Record) -> dict[str, Any]:
    """What the line of a whistle says: whom it called, and how many."""
    names = [one["name"] for one in newly_called(before, after)]
    return {"called": names[:SHOWN], "count": len(names)}


def newly_called(before: Record, after: Record) -> list[Call]:
    """The calls that a whistle has added, or made anew."""
    had = before.value["calls"] or []
    return [one for one in after.value["calls"] or [] if one["answer"] is None and one not in had]


def in_force(case: Record, call: Call) -> bool:
    """Whether somebody who was called still has a post at the case: until it ends, or they cannot come."""
    return not is_over(case) and call["answer"] != "declined"


def posts_ending(case: Record, at: datetime) -> dict[str, datetime | None]:
    """Until when each of those who were called has a post at the case, which changes at `at`; None while it
    goes on."""
    return {call["person_id"]: None if in_force(case, call) else at for call in case.value["calls"]}


def post(community_path: tuple[str, ...], case_id: str) -> Post:
    """The post that somebody has at a case while they are called to it."""
    return Post(CALLED.name, RESPONDER, (*community_path, case_id))
