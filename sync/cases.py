"""Opening a case and acting on it (docs/cases.md), each with a line on its timeline and notices."""

from collections.abc import Mapping
from typing import Any

from sync import due_steps, duty, places, telling, whistle
from sync.case_flow import ACTIONS, BY_ITSELF, FLOW, allows, concerned
from sync.derived import derived_id
from sync.instants import to_wire
from sync.levels import COMMUNITY
from sync.mutation import Mutation
from sync.records import Record
from sync.scene import Effect, Scene
from sync.transitions import TRANSITIONS, arrive, enter
from sync.verdict import Rejected

SAID = (
    "kind",
    "title",
    "detail",
    "urgency",
    "category",
    "dwelling_id",
    "visit_id",
    "reporter",
    "photos",
)
FACTS = (
    "assignee_id",
    "until",
    "stage",
    "present",
    "votes",
    "solved",
    "content",
    "how",
    "into_id",
    "from_id",
    "to",
    "answer",
)
"""The arguments of actions that are neither words nor photos."""


def open_case(scene: Scene, mutation: Mutation) -> Effect:
    """Open a case where its kind begins: a doorstep case at the grid, a branch case at the compound."""
    args = mutation.args
    scene.fresh("case", args["id"])
    if scene.ladder().get(args["id"]):
        # what a unit holds, and what a case, is counted by its id alone (agreement.py)
        raise Rejected("id_taken", "/args/id")
    scene.fresh("case_event", mutation.id, "/id")
    spot = places.find(scene, args)
    if args.get("visit_id"):
        follows_visit(scene, args["visit_id"], spot.community_id)
    origin = scene.ladder().get(spot.origin_id)
    if origin is None:
        raise Rejected("not_found", "/args/place/unit_id")
    holder = scene.ladder().at_level(origin.id, FLOW["opens_at"][args["kind"]]) or origin
    words = places.in_words(scene, args["dwelling_id"]) if args.get("dwelling_id") else None
    value: dict[str, Any] = {
        "grid_id": spot.grid_id,
        "compound_id": spot.compound_id,
        **{name: args.get(name) for name in SAID},
        "place": {"unit_id": origin.id, "text": words} if words else args["place"],
        "origin_id": origin.id,
        "opened_by": scene.author.person_id,
        "opened_at": to_wire(scene.at),
        "held_by": [],
        "climbed_from": [],
        "returned_from": [],
        "rating": None,
        "calls": [],
    }
    bare = Record("case", args["id"], spot.community_id, value)
    case = due_steps.planned(None, arrive(scene, bare, holder), scene.at, scene.is_working)
    event = line(scene, case, mutation.id, "open", args["detail"], to_unit_id=holder.id)
    return Effect((case, event), tuple(telling.notices(scene, case, event)))


def follows_visit(scene: Scene, visit_id: str, community_id: str) -> None:
    """Reject a case that does not come from a visit of its own community, seen by its author."""
    visit = scene.need("visit", visit_id, "visit_id")
    if visit.community_id != community_id:
        raise Rejected("not_found", "/args/visit_id")


def number(case_id: str) -> str:
    """The number a resident is given, like `482-193-7011`: of the id alone, so a phone knows it first."""
    figures = f"{int(case_id[-12:], 16) % 10**10:010}"
    return f"{figures[:3]}-{figures[3:6]}-{figures[6:]}"


def act(scene: Scene, mutation: Mutation) -> Effect:
    """Judge one action on a case by its present state, holder and author.

    What was allowed to somebody of a unit that held the case, but is no longer, is `superseded`: their
    words stay on the timeline as a note that says what was attempted. What is never late is applied: it
    stands on the timeline as what it is, and changes nothing any more.
    """
    args, action = mutation.args, mutation.name.partition(".")[2]
    case = scene.need("case", args["id"], "id")
    scene.fresh("case_event", args["event_id"], "/args/event_id")
    if allows(scene, case, action, args):
        return carry_out(scene, case, action, args)
    if not concerned(scene, case, action):
        raise Rejected("not_allowed", "/name")
    as_said = said(scene, case, args)
    if ACTIONS[action].get("never_late"):
        return Effect((line(scene, case, args["event_id"], action, **as_said),))
    event = line(scene, case, args["event_id"], "note", **as_said, attempted=action)
    return Effect((event,), superseded=True)


def carry_out(scene: Scene, case: Record, action: str, args: dict[str, Any]) -> Effect:
    """What an action that is allowed does: to the case, a line on its timeline, and notices."""
    became = become(scene, case, action, args)
    after = due_steps.planned(case, became, scene.at, scene.is_working)
    moved = {"from_unit_id": case.value["holder_id"], "to_unit_id": after.value["holder_id"]}
    units = moved if _has_arrived(case, after) else {}
    words = said(scene, case, args)
    if action == "whistle":
        words["details"] |= whistle.details(case, after)
    event = line(scene, after, args["event_id"], action, **words, **units)
    renewed = renew_timeline(scene, case, after)
    changed = () if after == case else (after,)
    beside = told_to_parent(scene, after, event)
    parted = _parted(scene, after, event)
    told = [
        *telling.notices(scene, after, event),
        *telling.called(case, after, event),
        *(() if parted else telling.told_to_joined(scene, after, event)),
        *(notice for one in parted for notice in one.notices),
    ]
    apart = [record for one in parted for record in one.records]
    return Effect((*changed, *renewed, event, *beside, *apart), tuple(told))


def _parted(scene: Scene, case: Record, event: Record) -> list[Effect]:
    """What was joined to a case that is withdrawn goes on by itself, where it was held last."""
    if not ACTIONS.get(event.value["action"], {}).get("parts"):
        return []
    said = {"from_id": case.id, "text": event.value["text"]}
    return [
        carry_out(scene, child, "part", {"event_id": derived_id(event.id, child.id), **said})
        for child in scene.joined(case.id)
    ]


def regrid(scene: Scene, case: Record, grid_id: str, event_id: str) -> Effect:
    """A case goes with its household to another grid."""
    return _go_along(scene, case, "regrid", {"event_id": event_id, "grid_id": grid_id})


def transfer(scene: Scene, case: Record, instead: Mapping[str, str], event_id: str) -> Effect:
    """A case goes with its community to the units `instead` of those above it."""
    return _go_along(scene, case, "transfer", {"event_id": event_id, "instead": instead})


def _go_along(scene: Scene, case: Record, action: str, args: dict[str, Any]) -> Effect:
    """A line and notices only where another unit holds it."""
    after = become(scene, case, action, args)
    if _has_arrived(case, after):
        return carry_out(scene, case, action, args)
    changed = () if after == case else (after,)
    return Effect((*changed, *renew_timeline(scene, case, after)))


def _has_arrived(before: Record, after: Record) -> bool:
    """Whether the case is open where it was not."""
    return after.value["state"] == "open" and _stood(before) != _stood(after)


def _stood(case: Record) -> tuple[str, str]:
    return case.value["holder_id"], case.value["state"]


def become(scene: Scene, case: Record, action: str, args: dict[str, Any]) -> Record:
    """The case after an action that is allowed."""
    rule = (ACTIONS | BY_ITSELF)[action]
    if "then" in rule:
        return TRANSITIONS[rule["then"]](scene, case, args)
    return enter(scene, case, rule["to"]) if "to" in rule else case


def said(scene: Scene, case: Record, args: dict[str, Any]) -> dict[str, Any]:
    """What an action puts on the timeline: words, photos and facts."""
    return {
        "text": args.get("reason") or args.get("text") or "",
        "photos": args.get("photos") or [],
        "details": details(scene, case, args),
    }


def details(scene: Scene, case: Record, args: dict[str, Any]) -> dict[str, Any] | None:
    """What a line says besides words: the arguments of its action that are facts, with names for ids."""
    facts = {name: args[name] for name in FACTS if args.get(name) is not None}
    if "assignee_id" in facts:
        # late, it may be held elsewhere by now
        team = duty.team(scene.serving(case.value["held_by"]))
        facts["assignee_name"] = team.get(facts["assignee_id"], "")
    if other := facts.get("into_id") or facts.get("from_id"):
        facts["number"] = number(other)
    return facts or None


def told_to_parent(scene: Scene, case: Record, event: Record) -> tuple[Record, ...]:
    """The line on the timeline of the case that another was joined to."""
    parent = scene.look("case", case.value["merged_into"] or "")
    if event.value["action"] != "merge" or parent is None:
        return ()
    joined = {"case_id": case.id, "number": number(case.id)}
    id_ = derived_id(event.id, "joined")
    return (line(scene, parent, id_, "merge", event.value["text"], details=joined),)


def renew_timeline(scene: Scene, before: Record, after: Record) -> list[Record]:
    """The earlier lines of a case that has changed its place or reached a new level, so that they enter and
    leave people's feeds with it."""
    place = {"grid_id": after.grid_id, "compound_id": after.compound_id}
    stays = before.grid_id == after.grid_id and before.compound_id == after.compound_id
    if stays and after.reached <= max(before.reached, COMMUNITY):
        return []
    return [event.with_(**place, reached=after.reached) for event in scene.timeline(before.id)]


def line(scene: Scene, case: Record, id_: str, action: str, text: str, **more: Any) -> Record:
    """One line of the timeline, with its actor's name and role as they are at the time."""
    value = {
        "grid_id": case.grid_id,
        "compound_id": case.compound_id,
        "reached": case.reached,
        "case_id": case.id,
        "action": action,
        **scene.author.signature(reversed(case.value["held_by"])),
        "at": to_wire(scene.at),
        "received_at": to_wire(scene.now),
        "text": text,
        "attempted": None,
        "from_unit_id": None,
        "to_unit_id": None,
        "photos": [],
        "details": None,
        **more,
    }
    return Record("case_event", id_, case.community_id, value)
