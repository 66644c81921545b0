"""How what people wrote has ended: each mutation once, and its words where its author finds them (P6)."""

from collections.abc import Callable
from typing import Any

from tests.simulation.demands import demand
from tests.simulation.journals import by_device
from tests.simulation.oracle.conflicts import key_of
from tests.simulation.oracle.writes import Field, Write
from tests.simulation.world import Made, World


def every_queue_has_drained(world: World) -> None:
    """No phone is left with anything to send, or with half of a new copy."""
    for phone in world.phones.values():
        demand(not phone.kept.outbox, phone.owner, "still has to send", phone.kept.outbox)
        demand(phone.kept.staged is None, phone.owner, "has half of a copy (L5)")


def every_mutation_has_ended(world: World) -> None:
    """Judged and told, once; or lost by its phone, or by phone and server, which is on record (P4)."""
    for device_id, made, journal in by_device(world):
        # what was lost may have been on its way, and arrive after its place was declared lost
        arrived = {one.mutation.seq for one in made if one.mutation.id in journal}
        on_record = world.oracle.lost.get(device_id, set()) | arrived
        for one in made:
            lost = one.lost and one.mutation.seq in on_record
            # a loss need not be declared anew once its place is filled, or declared lost with others
            needless = one.mutation.name == "outbox.lost" and one.mutation.seq in on_record
            judged_again = one.undone and (one.mutation.id in journal or needless)
            ended = one.told or one.unmade or lost or judged_again
            demand(ended, one, "was never answered (P4)")


def nothing_vanished_without_a_reason_its_author_can_see(world: World) -> None:
    """By its verdict, what a mutation said stands in a record, on a timeline or in a conflict."""
    for one in world.made.values():
        if one.told:
            _find(world, one, one.told.verdict)


def _find(world: World, one: Made, verdict: str) -> None:
    for of, names, look in REASONS:
        if of == verdict and one.mutation.name.startswith(names):
            look(world, one)


def waits_or_was_decided(world: World, one: Made) -> None:
    """A quarantined one waits, or has the verdict of its decision beside its own, and ended by that (P8)."""
    key = one.device_id, one.mutation.id
    decision = world.server.decision(*key)
    said = decision.verdict if decision else None
    demand(said == world.oracle.decided.get(key), one.mutation, "was decided otherwise:", decision)
    demand(
        (key in world.oracle.held) != bool(decision), one.mutation, "is neither held nor decided"
    )
    if decision and decision.accepted:
        _find(world, one, decision.verdict)


def stands_as_a_note(world: World, one: Made) -> None:
    """What was attempted too late stands on the timeline as a note, in its author's words."""
    args = one.mutation.args
    line = world.server.find("case_event", args["event_id"])
    said = line and (line.value["action"], line.value["attempted"], line.value["text"])
    words = args.get("reason") or args.get("text")
    attempted = one.mutation.name.partition(".")[2]
    demand(said == ("note", attempted, words), one.mutation, "has no note:", said)


def stands_or_is_kept(world: World, one: Made) -> None:
    """Each value of an edit is shown, or in a conflict, or somebody who had seen it wrote or removed."""
    key = one.mutation.name.partition(".")[0], one.mutation.args["id"]
    thing = world.oracle.things[key]
    for name in one.mutation.args["changes"]:
        field: Field = thing["fields"][name]
        for write in (w for w in field.writes if w.id == one.mutation.id and not w.closed):
            removed = thing["removed"].saw(write) if "removed" in thing else False
            shown = "removed" not in thing and SHOWS[field.policy](field, write)
            kept = key_of(key, name, write) in world.oracle.things
            demand(
                shown or kept or removed,
                one.mutation,
                "vanished from",
                name,
            )


def is_kept_against_the_removal(world: World, one: Made) -> None:
    """An edit of what somebody had removed is in conflicts, whole."""
    args = one.mutation.args
    for name, value in args["changes"].items():
        found = world.oracle.things.get(("conflict", f"{args['id']}/{name}/{one.mutation.id}"))
        demand(found and found["lost"].value == value, one.mutation, "is in no conflict:", name)


def gives_a_reason(world: World, one: Made) -> None:
    decision = world.server.decision(one.device_id, one.mutation.id)
    said = one.told and (one.told.code or (decision and decision.code))
    demand(said, one.mutation, "was rejected without a reason")


Look = Callable[[World, Made], None]
EDITS = ("dwelling.edit", "resident.edit", "visit.amend")
REASONS: list[tuple[str, str | tuple[str, ...], Look]] = [
    ("superseded", "case.", stands_as_a_note),
    ("superseded", EDITS, is_kept_against_the_removal),
    ("applied", EDITS, stands_or_is_kept),
    ("merged", EDITS, stands_or_is_kept),
    ("rejected", "", gives_a_reason),
    ("quarantined", "", waits_or_was_decided),
]
"""Where to look for what was written, by its verdict and name. A new verdict is a new row."""


def _is_value(field: Field, write: Write) -> Any:
    return field.value == write.value


def _is_in_text(field: Field, write: Write) -> Any:
    return write.value in field.value


def _is_in_set(field: Field, write: Write) -> Any:
    """Each element that it put in is there, unless somebody who had seen it took it out."""
    mine = [element for element in field.elements if element.by is write]
    return all(element.name in field.value or element.out for element in mine)


SHOWS: dict[str, Callable[[Field, Write], Any]] = {
    "latest": _is_value,
    "both": _is_in_text,
    "union": _is_in_set,
}
"""Whether a field shows what an edit said, by its policy."""
