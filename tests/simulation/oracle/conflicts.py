"""Conflicts, dully: a lost edit of a field against what stands, until it ends by itself or by a tap (M2)."""

from typing import Any

from tests.simulation.oracle.tapped import Key, Tap, Things, place_of
from tests.simulation.oracle.writes import Write


def key_of(key: Key, field: str, lost: Write) -> Key:
    """A conflict is named by what it is about: the record, the field, and the edit that lost."""
    return "conflict", f"{key[1]}/{field}/{lost.id}"


def open_(
    things: Things,
    tap: Tap,
    key: Key,
    field: str,
    lost: Write,
    standing: Write,
    against: str = "edit",
) -> None:
    """The lost edit is kept against what stands, unless it is already."""
    before = things.get(key_of(key, field, lost))
    if against == "edit" and before and before["state"] == "open" and before["theirs"] is standing:
        return
    _put(things, tap, key, field, lost=lost, theirs=standing, against=against)


def end(things: Things, tap: Tap, key: Key, field: str, lost: Write, standing: Write) -> None:
    """It ends without a tap: the field shows the value after all, or its author wrote something newer."""
    over = {"state": "settled", "settled_by": tap.sender.person}
    _put(things, tap, key, field, lost=lost, theirs=standing, against="edit", **over)


def _put(things: Things, tap: Tap, key: Key, field: str, **said: Any) -> None:
    lost: Write = said["lost"]
    thing = {
        **place_of(things[key]),
        "reached": 0,
        "record": key,
        "field": field,
        "state": "open",
        "settled_by": None,
        **said,
    }
    things.put(key_of(key, field, lost), thing, tap.now)
