"""What an action makes of a case (docs/cases.md): the transitions named in rules/case_flow.json."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sync import duty, places, policies, whistle
from sync.case_flow import FLOW, closed_lately, followed, is_unsettled
from sync.instants import from_wire, to_wire
from sync.levels import Unit
from sync.policies import Matter
from sync.records import Record
from sync.scene import Scene
from sync.verdict import Rejected

Args = dict[str, Any]
Transition = Callable[[Scene, Record, Args], Record]

AT_A_UNIT = ("origin_id", "holder_id")
PASSED = ("climbed_from", "returned_from")
MOMENTS = {"resolved": "resolved_at", "closed": "closed_at"}
"""The states whose beginning a case remembers, and where."""


def enter(scene: Scene, case: Record, state: str) -> Record:
    """The case in another state, since this moment."""
    since = {MOMENTS[state]: to_wire(scene.at)} if state in MOMENTS else {}
    return case.with_(state=state, **since)


def arrive(scene: Scene, case: Record, holder: Unit) -> Record:
    """The case, open at this unit; the level's clock starts when the case reaches it."""
    held_by, category = case.value["held_by"], case.value["category"]
    item = scene.duty_item(holder.path, category) if category else None
    matter, own = Matter(holder.level, case.value["urgency"], item), scene.policies(holder.id)
    due = policies.settle_by(matter, own, scene.at, scene.is_working)
    return case.with_(
        state="open",
        holder_id=holder.id,
        assignee_id=None,
        extension_until=None,
        held_by=held_by if holder.id in held_by else [*held_by, holder.id],
        reached=max(case.reached, holder.rank),
        accept_by=to_wire(policies.accept_by(matter, own, scene.at)),
        settle_by=to_wire(due) if due else None,
        resolved_at=None,
        closed_at=None,
        merged_into=None,
    )


def climb(scene: Scene, case: Record, _args: Args) -> Record:
    """Pass a case one level up."""
    above = scene.ladder().above(case.value["holder_id"])
    if above is None:
        raise Rejected("no_level_above", "/name")
    passed = [*case.value["climbed_from"], case.value["holder_id"]]
    return arrive(scene, case.with_(climbed_from=passed), above)


def send_back(scene: Scene, case: Record, args: Args) -> Record:
    """Return a case to the unit that sent it; the second time, to the unit above both, who decides."""
    holder_id, senders = case.value["holder_id"], case.value["climbed_from"]
    sender = scene.ladder().get(senders[-1]) if senders else None
    if sender is None:
        raise Rejected("nowhere_to_return", "/name")
    if holder_id in case.value["returned_from"] and scene.ladder().above(holder_id):
        return climb(scene, case, args)
    returned = sorted({*case.value["returned_from"], holder_id})
    return arrive(scene, case.with_(climbed_from=senders[:-1], returned_from=returned), sender)


def assign(scene: Scene, case: Record, args: Args) -> Record:
    """Give a case to one of the unit's team; who gives it has thereby accepted it."""
    if args["assignee_id"] not in duty.team(scene.serving([case.value["holder_id"]])):
        raise Rejected("not_on_the_team", "/args/assignee_id")
    return enter(scene, case, "accepted").with_(assignee_id=args["assignee_id"])


def ask_time(scene: Scene, case: Record, args: Args) -> Record:
    """Ask the unit above, which sees the case from then on, for a later time to settle it by, at most so
    many days after the present one."""
    above = scene.ladder().above(case.value["holder_id"])
    if above is None:
        raise Rejected("no_level_above", "/name")
    until, due = from_wire(args["until"]), case.value["settle_by"]
    present = max(scene.at, from_wire(due)) if due else scene.at
    if until <= present:
        raise Rejected("not_later", "/args/until")
    # a mistyped year is noticed by whoever typed it
    if until - present > timedelta(days=FLOW["extends_within_days"]):
        raise Rejected("too_far_ahead", "/args/until")
    return case.with_(extension_until=args["until"], reached=max(case.reached, above.rank))


def give_time(_scene: Scene, case: Record, _args: Args) -> Record:
    return case.with_(settle_by=case.value["extension_until"], extension_until=None)


def keep_time(_scene: Scene, case: Record, _args: Args) -> Record:
    return case.with_(extension_until=None)


def rate(scene: Scene, case: Record, args: Args) -> Record:
    """Record what the resident says: solved closes a resolved case, not solved opens it again, unless what
    settled it was closed too long ago."""
    rated = case.with_(rating={name: args[name] for name in ("solved", "content", "how")})
    if case.value["state"] == "resolved" and args["solved"]:
        return enter(scene, rated, "closed")
    settling = followed(case, partial(scene.look, "case"))
    too_late = settling.value["state"] == "closed" and not closed_lately(scene, settling)
    return rated if args["solved"] or too_late else reopen(scene, rated, args)


def reopen(scene: Scene, case: Record, _args: Args) -> Record:
    """Open a case again at the unit that held it last."""
    holder = scene.ladder().get(case.value["holder_id"])
    if holder is None:
        raise Rejected("not_found", "/args/id")
    return arrive(scene, case, holder)


def join(scene: Scene, case: Record, args: Args) -> Record:
    """Make a case the child of another of its community that is still being settled."""
    parent = scene.need("case", args["into_id"], "into_id")
    elsewhere = parent.id == case.id or parent.community_id != case.community_id
    if elsewhere or not is_unsettled(parent):
        raise Rejected("no_case_to_join", "/args/into_id")
    return enter(scene, case, "merged").with_(merged_into=parent.id)


def change_grids(scene: Scene, case: Record, args: Args) -> Record:
    """Go with the household to another grid: the new grid and compound are to the case what the old were."""
    ladder, home = scene.ladder(), scene.look("dwelling", case.value["dwelling_id"])
    grid = ladder.get(args["grid_id"])
    if grid is None or home is None:
        raise Rejected("not_found", "/args/grid_id")
    place = {"grid_id": grid.id, "compound_id": grid.parent_id}
    instead = {case.grid_id: grid.id, case.compound_id: grid.parent_id}
    moved = change_units(scene, case, {"instead": instead})
    words = places.words_of(scene, home.with_(**place))
    return moved.with_(**place, place={"unit_id": moved.value["origin_id"], "text": words})


def change_units(scene: Scene, case: Record, args: Args) -> Record:
    """The units `instead` of others are to the case what those were.

    What was under way at one of those is open at the new one, where its level's clock starts.
    """
    instead, held_by = args["instead"], case.value["held_by"]
    value = {name: instead.get(case.value[name], case.value[name]) for name in AT_A_UNIT}
    units = {name: [instead.get(id_, id_) for id_ in case.value[name]] for name in PASSED}
    moved, holder = case.with_(**value, **units), scene.ladder().get(value["holder_id"])
    if holder is None or holder.id == case.value["holder_id"]:
        return moved
    if is_unsettled(case):
        return arrive(scene, moved, holder)
    return moved.with_(held_by=held_by if holder.id in held_by else [*held_by, holder.id])


TRANSITIONS: dict[str, Transition] = {
    made.__name__: made
    for made in (
        climb,
        send_back,
        assign,
        ask_time,
        give_time,
        keep_time,
        rate,
        reopen,
        join,
        change_grids,
        change_units,
        whistle.call,
        whistle.answer,
    )
}
