"""What a device says of itself, and what those who help read of it."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.schemas.fields import Choice, Id, Moment, Words
from sync.health import STATES

COUNT = validate.Range(0, 2**53)


class Count(fields.Integer):
    """How many there are of something, or bytes."""

    def __init__(self, **more: Any) -> None:
        super().__init__(load_default=None, strict=True, allow_none=True, validate=COUNT, **more)


class Storage(Schema):
    """What the browser says of the app's storage, in bytes."""

    class Meta:
        unknown = EXCLUDE

    persisted = fields.Boolean(load_default=None, allow_none=True)
    used = Count()
    quota = Count()


class DeviceReport(Schema):
    """What waits on a device beside what this request carries, and what might go wrong with it."""

    class Meta:
        unknown = EXCLUDE

    app_version = Words(40, load_default=None, allow_none=True)
    unsent = Count()
    photos_unsent = Count()
    oldest_unsent_at = Moment(load_default=None, allow_none=True)
    storage = fields.Nested(Storage, load_default=None, allow_none=True)
    problem = Words(40, load_default=None, allow_none=True)
    replaces = Id(load_default=None, allow_none=True)


class Tolerated(fields.Nested):
    """A part that is read as far as it can be: whatever is wrong with it fails nothing."""

    def _deserialize(self, value: Any, *context: Any, **more: Any) -> Any:
        try:
            return super()._deserialize(value, *context, **more)
        except ValidationError as error:
            return error.valid_data or None


class DeviceHealth(Schema):
    """How sending goes on one device. `words` say it to a person; counts are those last said."""

    device_id = Id(required=True)
    person_id = Id(required=True)
    person_name = fields.String(required=True)
    device_name = fields.String(required=True)
    state = Choice(*STATES, required=True)
    words = fields.String(required=True)
    unsent = fields.Integer(required=True, allow_none=True)
    photos_unsent = fields.Integer(required=True, allow_none=True)
    oldest_unsent_at = Moment(required=True, allow_none=True)
    said_at = Moment(required=True, allow_none=True)
    last_contact = Moment(required=True, allow_none=True)
    received_through = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    clock_ahead_seconds = fields.Integer(required=True)
    persisted = fields.Boolean(required=True, allow_none=True)
    storage_risk = Choice("full", "filling", required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    app_version = fields.String(required=True, allow_none=True)


class DevicesAnswer(Schema):
    """The devices that need help most first; `more` says that others were left out."""

    devices = fields.List(fields.Nested(DeviceHealth), required=True)
    states = fields.Dict(keys=Choice(*STATES), values=fields.Integer(), required=True)
    more = fields.Boolean(required=True)
