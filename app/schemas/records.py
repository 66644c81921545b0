"""The values of records as they travel in a patch; the same names as the columns of their tables."""

from typing import Any

from marshmallow import Schema, fields

from app.schemas.fields import (
    SHA256,
    Choice,
    Day,
    Id,
    Location,
    Photos,
    Place,
    Reporter,
    WireMoment,
    Words,
)
from app.schemas.mutations import CASE_KINDS, OCCUPANCIES, RELATIONS, URGENCIES, VISIT_KINDS
from sync.cases import FLOW
from sync.levels import LEVELS
from sync.merge import POLICIES


class Value(Schema):
    """A record's value; every field is always there."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for field in self.fields.values():
            field.required = True


class Placed(Value):
    grid_id = Id(allow_none=True)
    compound_id = Id(allow_none=True)


class Unit(Value):
    code = Words(40)
    name = Words(120)
    level = Choice(*LEVELS)
    parent_id = Id(allow_none=True)


class Membership(Value):
    unit_id = Id()
    role = Words(24)


class Person(Value):
    name = Words(64)
    memberships = fields.List(fields.Nested(Membership))


class Building(Placed):
    name = Words(60)
    entrances = fields.Integer()
    floors = fields.Integer()


class Dwelling(Placed):
    building_id = Id()
    entrance = Words(12)
    floor = fields.Integer()
    room = Words(12)
    occupancy = Choice(*OCCUPANCIES)
    note = fields.String()


class Resident(Placed):
    dwelling_id = Id()
    name = Words(64)
    phone = Words(32)
    relation = Choice(*RELATIONS)
    birth_year = fields.Integer(allow_none=True)
    care_needs = fields.List(fields.String())
    consented_on = Day(allow_none=True)


class Visit(Placed):
    dwelling_id = Id(allow_none=True)
    place = fields.Nested(Place, allow_none=True)
    kind = Choice(*VISIT_KINDS)
    occurred_at = WireMoment()
    met = fields.List(Id())
    summary = fields.String()
    needs = fields.List(fields.String())
    photos = fields.List(fields.String(validate=SHA256))
    location = fields.Nested(Location, allow_none=True)
    next_visit_on = Day(allow_none=True)
    visitor_id = Id()
    visitor_name = Words(64)
    received_at = WireMoment()


class Case(Placed):
    kind = Choice(*CASE_KINDS)
    title = Words(120)
    detail = Words(5000)
    state = Choice(*FLOW["states"])
    urgency = Choice(*URGENCIES)
    category = Words(60, allow_none=True)
    dwelling_id = Id(allow_none=True)
    place = fields.Nested(Place, allow_none=True)
    visit_id = Id(allow_none=True)
    reporter = fields.Nested(Reporter, allow_none=True)
    photos = Photos()
    origin_id = Id()
    holder_id = Id()
    assignee_id = Id(allow_none=True)
    opened_by = Id()
    opened_at = WireMoment()
    accept_by = WireMoment(allow_none=True)
    settle_by = WireMoment(allow_none=True)
    held_by = fields.List(Id())
    climbed_from = fields.List(Id())
    returned_from = fields.List(Id())
    reached = fields.Integer()


class CaseEvent(Placed):
    case_id = Id()
    action = Words(12)
    actor_id = Id()
    actor_name = Words(64)
    actor_role = Words(24)
    at = WireMoment()
    received_at = WireMoment()
    text = Words(5000)
    attempted = Words(12, allow_none=True)
    from_unit_id = Id(allow_none=True)
    to_unit_id = Id(allow_none=True)
    photos = Photos()
    reached = fields.Integer()


class ConflictSide(Value):
    """One of two values: what it is, who wrote it, when, by which mutation. Null where it is a removal."""

    value = fields.Raw(allow_none=True)
    name = Words(64)
    person_id = Id()
    at = WireMoment()
    mutation_id = Id()


class Conflict(Placed):
    record_type = Choice(*POLICIES)
    record_id = Id()
    field = Words(24)
    against = Choice("edit", "removal")
    mine = fields.Nested(ConflictSide)
    theirs = fields.Nested(ConflictSide)
    author_id = Id()
    state = Choice("open", "settled")
    settled_by = Id(allow_none=True)


VALUES: dict[str, type[Value]] = {
    "unit": Unit,
    "person": Person,
    "building": Building,
    "dwelling": Dwelling,
    "resident": Resident,
    "visit": Visit,
    "case": Case,
    "case_event": CaseEvent,
    "conflict": Conflict,
}
