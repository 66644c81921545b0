"""What visits, new dwellings and new residents do, dully."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.oracle.sight import HEIGHT, LEVEL, PARENT, Thing, covers
from tests.simulation.oracle.tapped import APPLIED, REJECTED, Tap, Things, made_at, on_wire, saw
from tests.simulation.oracle.writes import fields_of


def spot(things: Things, tap: Tap) -> Thing | None:
    """Where a visit or a case is; None where its author has no business."""
    args = tap.args
    if args["dwelling_id"]:
        home = things.get(("dwelling", args["dwelling_id"]))
        return made_at(home) if home and saw(tap, home) else None
    unit = args["place"]["unit_id"] if args["place"] else ""
    if unit not in PARENT or HEIGHT[LEVEL[unit]] > 2 or not covers(tap.posts, unit):
        return None
    grid, compound = (unit, PARENT[unit]) if LEVEL[unit] == "grid" else (None, unit)
    return {"community": PARENT[compound or ""], "compound": compound, "grid": grid}


def record_visit(things: Things, tap: Tap) -> str:
    said = (tap.args["dwelling_id"], tap.sender.person)
    seen = replace(tap, args={**tap.args, "occurred_at": happened(tap, tap.args["occurred_at"])})
    return _new(things, seen, "visit", spot(things, tap), said)


def happened(tap: Tap, said: str) -> str:
    """What the author said by a clock that was wrong is as wrong as the tap (P9)."""
    if timedelta(minutes=-2) <= tap.at - tap.by_phone <= timedelta(minutes=2):
        return said
    right = datetime.fromisoformat(said) + (tap.at - tap.by_phone)
    return on_wire(min(right, tap.at))


def add_dwelling(things: Things, tap: Tap) -> str:
    building = things.get(("building", tap.args["building_id"]))
    where = made_at(building) if building and saw(tap, building) else None
    return _new(things, tap, "dwelling", where, (tap.args["building_id"],))


def add_resident(things: Things, tap: Tap) -> str:
    home = things.get(("dwelling", tap.args["dwelling_id"]))
    where = made_at(home) if home and saw(tap, home) else None
    return _new(things, tap, "resident", where, (tap.args["dwelling_id"],))


def _new(things: Things, tap: Tap, type_: str, where: Thing | None, said: tuple[Any, ...]) -> str:
    key = type_, tap.args["id"]
    if key in things or where is None:
        return REJECTED
    things[key] = {**where, "reached": 0, "said": said, "fields": fields_of(type_, tap.args)}
    return APPLIED
