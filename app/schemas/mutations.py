"""The arguments of every mutation the server takes, by its name."""

from marshmallow import Schema, fields, validate

from app.schemas.fields import (
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
    "case.open": CaseOpenArgs(),
    "case.note": CaseNoteArgs(),
    "case.accept": CaseAcceptArgs(),
    "case.escalate": CaseReasonArgs(),
    "case.return": CaseReasonArgs(),
    "case.resolve": CaseNoteArgs(),
    "outbox.lost": OutboxLostArgs(),
}
