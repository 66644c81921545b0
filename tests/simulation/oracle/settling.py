"""What `conflict.settle` does, dully (M2)."""

from typing import Any

from tests.simulation.oracle.edits import put
from tests.simulation.oracle.tapped import (
    APPLIED,
    REJECTED,
    SUPERSEDED,
    Tap,
    Thing,
    Things,
    saw,
    stands,
)
from tests.simulation.oracle.writes import Field, Write

ROOM = {
    ("dwelling", "entrance"): 12,
    ("dwelling", "room"): 12,
    ("resident", "name"): 64,
    ("resident", "phone"): 32,
}
"""The short texts that two values may share, and how many characters they take."""


def settle(things: Things, tap: Tap) -> str:
    """One tap says which of two values stands, judged by the conflict's present state."""
    key = things.names.get(tap.args["id"], ("", ""))
    conflict = things.get(key)
    if not conflict or not saw(tap, conflict) or not _may(tap, conflict):
        return REJECTED
    if conflict["state"] == "settled":
        return SUPERSEDED
    kept = dict(conflict)
    if not _keep(things, tap, conflict):
        return REJECTED
    things[key] = kept | {"state": "settled", "settled_by": tap.sender.person}
    return APPLIED


def _may(tap: Tap, conflict: Thing) -> bool:
    authors = [conflict["lost"].person, conflict["theirs"].person]
    above = [conflict["compound"], conflict["community"]]
    return tap.sender.person in authors or stands(tap.posts, "leader", above)


def _keep(things: Things, tap: Tap, conflict: Thing) -> bool:
    """Give the field the value that is kept; False where that can't be."""
    thing, name = things[conflict["record"]], conflict["field"]
    if tap.args["keep"] == "theirs":
        if "removed" not in thing:
            _forget(thing["fields"][name], conflict["lost"])
        return True
    value = conflict["lost"].value if tap.args["keep"] == "mine" else _joined(conflict)
    if (value is None and tap.args["keep"] == "both") or "removed" in thing:
        return False
    mine = Write.of(tap, value)
    mine.base, mine.knows = 0, (conflict["lost"].id, conflict["theirs"].id)
    put(things, tap, conflict["record"], name, mine)
    return True


def _forget(one: Field, lost: Write) -> None:
    for write in one.writes:
        write.closed = write.closed or write.id == lost.id


def _joined(conflict: Thing) -> Any:
    """Both values in one text, the earlier first; None if there is no room."""
    sides = sorted((conflict["lost"], conflict["theirs"]), key=lambda write: str(write.at))
    text = " / ".join(str(side.value) for side in sides if side.value != "")
    room = ROOM.get((conflict["record"][0], conflict["field"]), 0)
    return text if len(text) <= room else None
