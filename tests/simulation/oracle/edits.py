"""What edits and removals do, dully (M1, M2)."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.oracle import conflicts, doors
from tests.simulation.oracle.tapped import (
    APPLIED,
    MERGED,
    REJECTED,
    SUPERSEDED,
    Key,
    Tap,
    Things,
    saw,
)
from tests.simulation.oracle.writes import Field, Write


def edit(things: Things, tap: Tap) -> str:
    """`dwelling.edit`, `resident.edit`, `visit.amend`."""
    key = tap.name.partition(".")[0], tap.args["id"]
    thing = things.get(key)
    if not thing or not saw(tap, thing):
        return REJECTED
    writes = {name: Write.of(tap, value) for name, value in said(tap).items()}
    if "removed" in thing:
        return _too_late(things, tap, key, writes)
    merged = list(unseen(thing["fields"], Write.of(tap, None)))
    for name, mine in writes.items():
        put(things, tap, key, name, mine)
    return MERGED if merged else APPLIED


def said(tap: Tap) -> dict[str, Any]:
    """The changes; when a visit was that its author had seen on their own phone only is put right (P9)."""
    changes: dict[str, Any] = tap.args["changes"]
    if tap.base or "occurred_at" not in changes:
        return changes
    return {**changes, "occurred_at": doors.happened(tap, changes["occurred_at"])}


def put(things: Things, tap: Tap, key: Key, name: str, mine: Write) -> None:
    """One edit into one field, and what becomes of the conflicts over it."""
    one: Field = things[key]["fields"][name]
    before = one.hidden()
    one.take(mine)
    now_hidden = one.hidden()
    standing = one.open()[-1]
    for lost in now_hidden:
        conflicts.open_(things, tap, key, name, lost, standing)
    for write in before:
        if write not in now_hidden and (not write.closed or write.device == mine.device):
            conflicts.end(things, tap, key, name, write, standing)


def unseen(fields: dict[str, Field], mine: Write) -> Iterator[tuple[str, Write]]:
    """The open edits of a record that this author had not seen."""
    for name, one in fields.items():
        yield from ((name, write) for write in one.open() if not mine.saw(write))


def _too_late(things: Things, tap: Tap, key: Key, writes: dict[str, Write]) -> str:
    removal: Write = things[key]["removed"]
    if any(mine.saw(removal) for mine in writes.values()):
        return REJECTED
    for name, mine in writes.items():
        conflicts.open_(things, tap, key, name, mine, removal, "removal")
    return SUPERSEDED


def remove(things: Things, tap: Tap) -> str:
    """`resident.remove`: it wins; what its author had not seen is kept in conflicts."""
    key = "resident", tap.args["id"]
    thing = things.get(key)
    if not thing or not saw(tap, thing):
        return REJECTED
    mine = Write.of(tap, None)
    if "removed" in thing:
        return REJECTED if mine.saw(thing["removed"]) else MERGED
    kept = list(unseen(thing["fields"], mine))
    for name, write in kept:
        conflicts.open_(things, tap, key, name, write, mine, "removal")
    thing["removed"] = mine
    return MERGED if kept else APPLIED
