"""The life of a case (docs/cases.md): the transitions are data in rules/case_flow.json."""

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sync import deadlines, places
from sync.instants import to_wire
from sync.levels import COMMUNITY, RULES, Unit
from sync.mutation import Mutation
from sync.records import Notice, Record
from sync.scene import Effect, Scene
from sync.verdict import Rejected

FLOW: dict[str, Any] = json.loads((RULES / "case_flow.json").read_text("utf-8"))
ACTIONS: dict[str, dict[str, Any]] = FLOW["actions"]
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


def open_case(scene: Scene, mutation: Mutation) -> Effect:
    """Open a case where its kind begins: a doorstep case at the grid, a branch case at the compound."""
    args = mutation.args
    scene.fresh("case", args["id"])
    scene.fresh("case_event", mutation.id, "/id")
    if args.get("visit_id"):
        scene.need("visit", args["visit_id"], "visit_id")
    spot = places.find(scene, args)
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
        "reached": 0,
    }
    bare = Record("case", args["id"], spot.community_id, value)
    case = arrive(scene, bare, holder)
    event = line(scene, case, mutation.id, "open", args["detail"], to_unit_id=holder.id)
    return Effect((case, event), tuple(notices(scene, case, event)))


def number(case_id: str) -> str:
    """The number a resident is given, like `482-193-7011`: of the id alone, so a phone knows it first."""
    figures = f"{int(case_id[-12:], 16) % 10**10:010}"
    return f"{figures[:3]}-{figures[3:6]}-{figures[6:]}"


def act(scene: Scene, mutation: Mutation) -> Effect:
    """Judge one action on a case by its present state, holder and author.

    What was allowed to somebody of a unit that held the case, but is no longer, is `superseded`: their
    words stay on the timeline as a note that says what was attempted.
    """
    args, action = mutation.args, mutation.name.partition(".")[2]
    case = scene.need("case", args["id"], "id")
    scene.fresh("case_event", args["event_id"], "/args/event_id")
    rule = ACTIONS[action]
    text = (args.get(rule["needs"]) if rule["needs"] else args.get("text")) or ""
    photos = args.get("photos") or []
    if case.value["state"] in rule["from"] and relates(
        scene, case, rule["who"], [case.value["holder_id"]]
    ):
        after = TRANSITIONS[rule.get("moves")](scene, case, rule)
        moved = {"from_unit_id": case.value["holder_id"], "to_unit_id": after.value["holder_id"]}
        units = moved if rule.get("moves") else {}
        event = line(scene, after, args["event_id"], action, text, photos=photos, **units)
        renewed = renew_timeline(scene, case, after)
        changed = () if after == case else (after,)
        return Effect((*changed, *renewed, event), tuple(notices(scene, after, event)))
    if relates(scene, case, rule["who"], case.value["held_by"]):
        event = line(scene, case, args["event_id"], "note", text, photos=photos, attempted=action)
        return Effect((event,), superseded=True)
    raise Rejected("not_allowed", "/name")


def relates(scene: Scene, case: Record, who: str, unit_ids: list[str]) -> bool:
    """Whether the author stands to one of these units as `who` asks (the table in docs/cases.md)."""
    if who == "in_scope":
        return scene.sees(case)
    posts = [post for post in scene.author.posts if post.member and post.unit_id in unit_ids]
    return any(post.leads or who == "holder_member" for post in posts)


def stay(_scene: Scene, case: Record, rule: dict[str, Any]) -> Record:
    return case.with_(state=rule["to"]) if "to" in rule else case


def climb(scene: Scene, case: Record, _rule: dict[str, Any]) -> Record:
    """Pass a case one level up."""
    above = scene.ladder().above(case.value["holder_id"])
    if above is None:
        raise Rejected("no_level_above", "/name")
    passed = [*case.value["climbed_from"], case.value["holder_id"]]
    return arrive(scene, case.with_(climbed_from=passed), above)


def send_back(scene: Scene, case: Record, rule: dict[str, Any]) -> Record:
    """Return a case to the unit that sent it; the second time, to the unit above both, who decides."""
    holder_id, senders = case.value["holder_id"], case.value["climbed_from"]
    sender = scene.ladder().get(senders[-1]) if senders else None
    if sender is None:
        raise Rejected("nowhere_to_return", "/name")
    if holder_id in case.value["returned_from"] and scene.ladder().above(holder_id):
        return climb(scene, case, rule)
    returned = sorted({*case.value["returned_from"], holder_id})
    return arrive(scene, case.with_(climbed_from=senders[:-1], returned_from=returned), sender)


TRANSITIONS = {None: stay, "up": climb, "back": send_back}


def arrive(scene: Scene, case: Record, holder: Unit) -> Record:
    """The case, open at this unit; the level's clock starts when the case reaches it."""
    urgency, held_by = case.value["urgency"], case.value["held_by"]
    due = deadlines.settle_by(holder.level, urgency, scene.at, scene.is_working)
    return case.with_(
        state="open",
        holder_id=holder.id,
        assignee_id=None,
        held_by=held_by if holder.id in held_by else [*held_by, holder.id],
        reached=max(case.reached, holder.rank),
        accept_by=to_wire(deadlines.accept_by(urgency, scene.at)),
        settle_by=to_wire(due) if due else None,
    )


def renew_timeline(scene: Scene, before: Record, after: Record) -> list[Record]:
    """The earlier lines of a case that has reached a new level, so that they enter its people's feed."""
    if after.reached <= max(before.reached, COMMUNITY):
        return []
    return [event.with_(reached=after.reached) for event in scene.timeline(before.id)]


def line(scene: Scene, case: Record, id_: str, action: str, text: str, **more: Any) -> Record:
    """One line of the timeline, with its actor's name and role as they are at the time."""
    author = scene.author
    held = (author.post_at(unit_id) for unit_id in reversed(case.value["held_by"]))
    post = next(filter(None, held), author.posts[0])
    value = {
        "grid_id": case.grid_id,
        "compound_id": case.compound_id,
        "reached": case.reached,
        "case_id": case.id,
        "action": action,
        "actor_id": author.person_id,
        "actor_name": author.name,
        "actor_role": post.role,
        "at": to_wire(scene.at),
        "received_at": to_wire(scene.now),
        "text": text,
        "attempted": None,
        "from_unit_id": None,
        "to_unit_id": None,
        "photos": [],
        **more,
    }
    return Record("case_event", id_, case.community_id, value)


def notices(scene: Scene, case: Record, event: Record) -> list[Notice]:
    """Whom a line concerns: the unit a case arrived at, and the opener when others moved it on."""
    arrived = event.value["to_unit_id"]
    opener, author = case.value["opened_by"], scene.author
    to_unit = {"unit_id": arrived} if arrived and not author.post_at(arrived) else None
    moved_on = event.value["action"] not in ("open", "note") and author.person_id != opener
    to_opener = {"person_id": opener} if moved_on else None
    kinds = {"case_arrived": to_unit, "case_moved": to_opener}
    return [
        Notice(
            notice_id(event.id, kind), case.community_id, kind, case.value["urgency"], case.id, **to
        )
        for kind, to in kinds.items()
        if to
    ]


def notice_id(event_id: str, kind: str) -> str:
    """One id per line and kind, so that a notice made twice is one notice."""
    return str(uuid5(NAMESPACE_URL, f"qiaomen:{event_id}/{kind}"))
