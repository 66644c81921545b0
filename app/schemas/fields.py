"""Fields of the wire that marshmallow does not have."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from sync.instants import from_wire, to_wire

SHA256 = validate.Regexp(r"[0-9a-f]{64}\Z", error="not a SHA-256 in lower-case hex")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC) - timedelta(days=1)


class Id(fields.String):
    """A UUID in lower case with hyphens."""

    PATTERN = validate.Regexp(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", error="not a UUID"
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(validate=self.PATTERN, metadata={"format": "uuid"}, **more)


class Words(fields.String):
    """Text somebody wrote, of at most `most` characters. NUL cannot be stored and is refused."""

    def __init__(self, most: int, least: int = 0, **more: Any) -> None:
        super().__init__(validate=validate.Length(least, most), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("contains NUL")
        return text


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, *words: str, **more: Any) -> None:
        super().__init__(validate=validate.OneOf(words), **more)


class Moment(fields.DateTime):
    """An ISO 8601 moment with an offset, loaded as an aware datetime."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            moment = from_wire(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise ValidationError("not an ISO 8601 moment with an offset") from error
        if not EARLIEST <= moment <= LATEST:
            raise ValidationError("outside the years 1970 to 9998")
        return moment


class WireMoment(Moment):
    """The same, loaded as the wire's own text in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return to_wire(super()._deserialize(value, attr, data, **kwargs))


class Day(fields.Date):
    """A date, loaded as its own text `YYYY-MM-DD`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).isoformat()


class Photos(fields.List[str]):
    """The SHA-256s of photos that travel apart."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("load_default", list)
        super().__init__(fields.String(validate=SHA256), validate=validate.Length(max=20), **more)


class Place(Schema):
    """Somewhere that is no dwelling: a grid or compound, and words."""

    unit_id = Id(required=True)
    text = Words(200, required=True)


class Location(Schema):
    """Where the phone was, only if its owner added it."""

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy = fields.Float(load_default=None, allow_none=True)


class Reporter(Schema):
    """Who reported a case."""

    name = Words(64, load_default="")
    phone = Words(32, load_default="")
    relation = Words(32, load_default="")
