"""Signing in, and push subscriptions."""

from marshmallow import EXCLUDE, Schema, fields

from app.schemas.fields import Id, Words


class DeviceOfRequest(Schema):
    id = Id(required=True)
    name = Words(120, load_default="")
    platform = Words(120, load_default="")


class SignInRequest(Schema):
    username = Words(64, 1, required=True)
    password = Words(200, 1, required=True)
    device = fields.Nested(DeviceOfRequest, required=True)


class SignedInPerson(Schema):
    id = Id(required=True)
    name = fields.String(required=True)
    username = fields.String(required=True)


class ScopeUnit(Schema):
    unit_id = Id(required=True)
    level = fields.String(required=True)
    role = fields.String(required=True)
    name = fields.String(required=True)
    code = fields.String(required=True)


class SessionAnswer(Schema):
    person = fields.Nested(SignedInPerson, required=True)
    scope = fields.List(fields.Nested(ScopeUnit), required=True)
    vapid_public_key = fields.String(required=True)
    rescue_public_key = fields.String(required=True)


class SubscriptionKeys(Schema):
    p256dh = Words(120, 1, required=True)
    auth = Words(60, 1, required=True)


class SubscriptionRequest(Schema):
    """The browser's `PushSubscription.toJSON()`."""

    class Meta:
        unknown = EXCLUDE

    endpoint = Words(1000, 1, required=True)
    keys = fields.Nested(SubscriptionKeys, required=True)


class UnsubscribeRequest(Schema):
    endpoint = Words(1000, 1, required=True)


class Problem(Schema):
    """What every refusal answers; `message` is in the user's language and says what to do."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    detail = fields.Raw(allow_none=True, required=True)
