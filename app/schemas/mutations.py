"""The arguments of every mutation the server takes, by its name."""

from marshmallow import Schema, fields, validate

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

VISIT_KINDS = ("routine", "care", "follow_up", "survey", "other")
CASE_KINDS = ("doorstep", "branch")
URGENCIES = ("normal", "urgent")
OCCUPANCIES = ("owner", "tenant", "vacant", "unknown")
RELATIONS = ("head", "spouse", "child", "parent", "tenant", "other")
FLOORS = validate.Range(-20, 200)
YEARS = validate.Range(1880, 2200)
KEEPS = ("mine", "theirs", "both")
MOST_ELEMENTS = validate.Length(max=100)
"""Of a set that several people have added to; each of them at most 20 at once."""
LONG_TEXT = 20_000
"""How long a text may be that several people have written; each of them began with at most 5000."""


def ids_of_residents() -> fields.List[str]:
    return fields.List(Id(), load_default=list, validate=validate.Length(max=20))


class VisitRecordArgs(Schema):
    id = Id(required=True)
    dwelling_id = Id(load_default=None)
    place = fields.Nested(Place, load_default=None)
    kind = Choice(*VISIT_KINDS, required=True)
    occurred_at = WireMoment(required=True)
    met = ids_of_residents()
    summary = Words(5000, load_default="")
    needs = fields.List(Words(60), load_default=list, validate=validate.Length(max=20))
    photos = Photos()
    location = fields.Nested(Location, load_default=None)
    next_visit_on = Day(load_default=None)


class DwellingAddArgs(Schema):
    id = Id(required=True)
    building_id = Id(required=True)
    entrance = Words(12, 1, required=True)
    floor = fields.Integer(strict=True, required=True, validate=FLOORS)
    room = Words(12, 1, required=True)
    occupancy = Choice(*OCCUPANCIES, load_default="unknown")
    note = Words(5000, load_default="")


class ResidentAddArgs(Schema):
    id = Id(required=True)
    dwelling_id = Id(required=True)
    name = Words(64, 1, required=True)
    phone = Words(32, load_default="")
    relation = Choice(*RELATIONS, load_default="other")
    birth_year = fields.Integer(strict=True, load_default=None, validate=YEARS)
    care_needs = fields.List(Words(60), load_default=list, validate=validate.Length(max=20))
    consented_on = Day(load_default=None)


class DwellingChanges(Schema):
    """What may be changed of a dwelling; only what is sent changes. So for those below."""

    entrance = Words(12, 1)
    floor = fields.Integer(strict=True, validate=FLOORS)
    room = Words(12, 1)
    occupancy = Choice(*OCCUPANCIES)
    note = Words(LONG_TEXT)


class ResidentChanges(Schema):
    name = Words(64, 1)
    phone = Words(32)
    relation = Choice(*RELATIONS)
    birth_year = fields.Integer(strict=True, allow_none=True, validate=YEARS)
    care_needs = fields.List(Words(60), validate=MOST_ELEMENTS)
    consented_on = Day(allow_none=True)


class VisitChanges(Schema):
    kind = Choice(*VISIT_KINDS)
    occurred_at = WireMoment()
    met = fields.List(Id(), validate=MOST_ELEMENTS)
    summary = Words(LONG_TEXT)
    needs = fields.List(Words(60), validate=MOST_ELEMENTS)
    photos = fields.List(fields.String(validate=SHA256), validate=MOST_ELEMENTS)
    location = fields.Nested(Location, allow_none=True)
    next_visit_on = Day(allow_none=True)


class DwellingEditArgs(Schema):
    id = Id(required=True)
    changes = fields.Nested(DwellingChanges, required=True, validate=validate.Length(1))


class ResidentEditArgs(Schema):
    id = Id(required=True)
    changes = fields.Nested(ResidentChanges, required=True, validate=validate.Length(1))


class VisitAmendArgs(Schema):
    id = Id(required=True)
    changes = fields.Nested(VisitChanges, required=True, validate=validate.Length(1))


class ResidentRemoveArgs(Schema):
    id = Id(required=True)
    reason = Words(2000, load_default="")


class ConflictSettleArgs(Schema):
    id = Id(required=True)
    keep = Choice(*KEEPS, required=True)


class CaseOpenArgs(Schema):
    id = Id(required=True)
    kind = Choice(*CASE_KINDS, required=True)
    title = Words(120, 1, required=True)
    detail = Words(5000, load_default="")
    urgency = Choice(*URGENCIES, load_default="normal")
    category = Words(60, load_default=None)
    dwelling_id = Id(load_default=None)
    place = fields.Nested(Place, load_default=None)
    visit_id = Id(load_default=None)
    reporter = fields.Nested(Reporter, load_default=None)
    photos = Photos()


class CaseActArgs(Schema):
    """What every action on a case carries: the case, and the line of the timeline it makes."""

    id = Id(required=True)
    event_id = Id(required=True)


class CaseNoteArgs(CaseActArgs):
    text = Words(5000, 1, required=True)
    photos = Photos()


class CaseAcceptArgs(CaseActArgs):
    text = Words(5000, load_default="")


class CaseReasonArgs(CaseActArgs):
    reason = Words(2000, 1, required=True)


class OutboxLostArgs(Schema):
    from_ = fields.Integer(strict=True, required=True, data_key="from", attribute="from")
    to = fields.Integer(strict=True, required=True)


ARGS: dict[str, Schema] = {
    "visit.record": VisitRecordArgs(),
    "visit.amend": VisitAmendArgs(),
    "dwelling.add": DwellingAddArgs(),
    "dwelling.edit": DwellingEditArgs(),
    "resident.add": ResidentAddArgs(),
    "resident.edit": ResidentEditArgs(),
    "resident.remove": ResidentRemoveArgs(),
    "conflict.settle": ConflictSettleArgs(),
    "case.open": CaseOpenArgs(),
    "case.note": CaseNoteArgs(),
    "case.accept": CaseAcceptArgs(),
    "case.escalate": CaseReasonArgs(),
    "case.return": CaseReasonArgs(),
    "case.resolve": CaseNoteArgs(),
    "outbox.lost": OutboxLostArgs(),
}
