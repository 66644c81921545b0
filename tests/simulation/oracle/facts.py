"""What of a record the oracle has an opinion on, in a value on a phone and in a thing of its own."""

from datetime import datetime
from typing import Any

from tests.simulation.oracle.sight import Thing
from tests.simulation.oracle.tapped import Key, on_wire
from tests.simulation.oracle.writes import POLICIES, UNION, Write

PLACE = ("compound_id", "grid_id")
EDITED = {
    type_: sorted(name for names in policies.values() for name in names)
    for type_, policies in POLICIES.items()
}
SETS = {name for policies in POLICIES.values() for name in policies[UNION]}
FACTS: dict[str, tuple[str, ...]] = {
    "building": PLACE,
    "dwelling": (*PLACE, "building_id", *EDITED["dwelling"]),
    "resident": (*PLACE, "dwelling_id", *EDITED["resident"]),
    "visit": (*PLACE, "dwelling_id", "visitor_id", *EDITED["visit"]),
    "case": (
        *PLACE,
        "state",
        "holder_id",
        "held_by",
        "climbed_from",
        "returned_from",
        "opened_by",
        "assignee_id",
        "extension_until",
        "accept_by",
        "settle_by",
        "resolved_at",
        "closed_at",
        "rating",
        "merged_into",
        "calls",
    ),
    "case_event": ("case_id", "actor_id", "action", "text", "at", "attempted"),
    "conflict": (
        *PLACE,
        "record_type",
        "record_id",
        "field",
        "against",
        "state",
        "settled_by",
        "author_id",
        "mine",
        "theirs",
    ),
}


def named(key: Key, value: dict[str, Any]) -> Key:
    """The key of the oracle's thing: a conflict's says what it is about, any other's is its id."""
    if key[0] != "conflict":
        return key
    return "conflict", f"{value['record_id']}/{value['field']}/{value['mine']['mutation_id']}"


def facts(type_: str, value: dict[str, Any]) -> list[Any]:
    """The facts of a value; the oracle's own, in `expected`, are in the same order."""
    if type_ == "case":
        calls = {one["person_id"]: one for one in value["calls"]}
        value = {**value, "calls": {id_: _said(one) for id_, one in calls.items()}}
    return [sorted(value[name]) if name in SETS else value[name] for name in FACTS[type_]]


def _said(call: dict[str, Any]) -> tuple[str, str, str | None, str | None]:
    """Who called somebody, when, what they answered, and when."""
    return call["by_id"], call["at"], call["answer"], call["answered_at"]


KNOWN = (
    "compound",
    "grid",
    "state",
    "holder",
    "held",
    "climbed",
    "returned",
    "opener",
    "assignee",
    "asked",
    "accept_by",
    "settle_by",
    "resolved",
    "closed",
    "rating",
    "parent",
    "calls",
)


def expected(type_: str, thing: Thing) -> list[Any]:
    """The same facts of one of the oracle's things."""
    if type_ == "case":
        known = [thing[name] for name in KNOWN]
        return [on_wire(one) if isinstance(one, datetime) else one for one in known]
    if type_ == "case_event":
        return list(thing["said"])
    place = [thing["compound"], thing["grid"]]
    if type_ == "conflict":
        return [*place, *_of_conflict(thing)]
    values = [_value(thing["fields"][name]) for name in EDITED.get(type_, ())]
    return [*place, *thing.get("said", ()), *values]


def _value(field: Any) -> Any:
    return sorted(field.value) if field.policy == UNION else field.value


def _of_conflict(thing: Thing) -> list[Any]:
    lost, theirs, against = thing["lost"], thing["theirs"], thing["against"]
    what = [*thing["record"], thing["field"], against, thing["state"], thing["settled_by"]]
    stands = None if against == "removal" else theirs.value
    # once it is settled nobody is told any more what the two had written
    values = (lost.value, stands) if thing["state"] == "open" else (None, None)
    return [*what, lost.person, *map(_side, (lost, theirs), values)]


def _side(write: Write, value: Any) -> dict[str, Any]:
    said = {"person_id": write.person, "name": write.name}
    return {**said, "value": value, "at": write.at, "mutation_id": write.id}
