"""What of a record the oracle has an opinion on, as it stands in a value on a phone."""

from typing import Any

PLACE = ("compound_id", "grid_id")
FACTS = {
    "building": PLACE,
    "dwelling": PLACE,
    "resident": PLACE,
    "visit": (*PLACE, "dwelling_id", "summary", "visitor_id"),
    "case": (
        *PLACE,
        "state",
        "holder_id",
        "held_by",
        "climbed_from",
        "returned_from",
        "opened_by",
    ),
    "case_event": ("case_id", "actor_id", "action", "text", "at", "attempted"),
}


def facts(type_: str, value: dict[str, Any]) -> list[Any]:
    """The facts of a value; the oracle's own, in `expected`, are in the same order."""
    return [value[name] for name in FACTS[type_]]


KNOWN = ("compound", "grid", "state", "holder", "held", "climbed", "returned", "opener")


def expected(type_: str, thing: dict[str, Any]) -> list[Any]:
    """The same facts of one of the oracle's things."""
    if type_ == "case":
        return [thing[name] for name in KNOWN]
    place = [] if type_ == "case_event" else [thing["compound"], thing["grid"]]
    return [*place, *thing.get("said", ())]
