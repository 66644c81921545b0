"""One round trip of `POST /api/v1/sync`: envelope in, verdicts and patch out."""

from marshmallow import EXCLUDE, Schema, fields, validate

from app.schemas.fields import Choice, Id, Moment, Words
from app.schemas.records import VALUES

MOST_MUTATIONS = 500


class MutationEnvelope(Schema):
    """A mutation as sent. Its arguments are checked one by one, so that each fails alone (P5)."""

    class Meta:
        unknown = EXCLUDE

    id = Id(required=True)
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**53))
    at = Moment(required=True)
    name = Words(40, 1, required=True)
    base = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, 2**53))
    args = fields.Dict(keys=fields.String(), required=True)


class ExchangeRequest(Schema):
    class Meta:
        unknown = EXCLUDE

    protocol = fields.Integer(required=True, strict=True)
    device_id = Id(required=True)
    sent_at = Moment(required=True)
    cursor = fields.String(load_default=None)
    limit = fields.Integer(load_default=1000, strict=True, validate=validate.Range(1, 5000))
    mutations = fields.List(fields.Nested(MutationEnvelope), load_default=list)


class VerdictAnswer(Schema):
    id = Id(required=True)
    seq = fields.Integer(required=True)
    verdict = Choice("applied", "merged", "superseded", "rejected", "quarantined", required=True)
    code = fields.String(allow_none=True, required=True)
    detail = fields.Raw(allow_none=True, required=True)
    receipt = fields.String(required=True)
    duplicate = fields.Boolean()


class PatchOperation(Schema):
    op = Choice("put", "del", required=True)
    type = Choice(*VALUES, required=True)
    id = Id(required=True)
    version = fields.Integer()
    value = fields.Dict()
    reason = fields.String()


class Reset(Schema):
    reason = fields.String(required=True)


class Check(Schema):
    scope = fields.String(required=True)
    count = fields.Integer(required=True)
    digest = fields.String(required=True)


class ExchangeAnswer(Schema):
    now = Moment(required=True)
    received_through = fields.Integer(required=True)
    verdicts = fields.List(fields.Nested(VerdictAnswer), required=True)
    patch = fields.List(fields.Nested(PatchOperation), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    reset = fields.Nested(Reset, allow_none=True, required=True)
    check = fields.List(fields.Nested(Check), required=True)
