"""What every message of the wire is made of, as types that msgspec checks and OpenAPI publishes.

A message is a `Shape`. What is sent is `parsed`, and made one by `load`, which says where it is not of that
shape.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Annotated, Any, TypeVar, cast

import msgspec
import orjson
from msgspec import Meta, Struct, ValidationError, inspect

from sync.errors import Malformed
from sync.instants import to_wire

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC) - timedelta(days=1)

Id = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z",
        extra_json_schema={"format": "uuid"},
    ),
]
"""A UUID in lower case with hyphens."""

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""The name of a photo that travels apart."""

Moment = Annotated[datetime, Meta(tz=True)]
"""An RFC 3339 moment with an offset, of the years that `demand_years` allows."""

Day = date
"""A date, `YYYY-MM-DD`."""


def words(most: int, least: int = 0) -> Meta:
    """Text of so many characters. NUL cannot be stored and is refused."""
    return Meta(min_length=least, max_length=most, pattern=r"^[^\x00]*\Z")


def among(choices: Collection[str]) -> Meta:
    """One of a few words that are written down elsewhere; those written here are a `Literal`."""
    return Meta(pattern=rf"^(?:{'|'.join(choices)})\Z", extra_json_schema={"enum": sorted(choices)})


class Shape(Struct, forbid_unknown_fields=True):
    """A message, or a part of one, in which nothing may stand that is not named."""


class OpenShape(Struct):
    """The same, passing over what a later version may add."""


def demand_years(shape: Struct, *fields: str) -> None:
    """For the `__post_init__` of a shape: refuse moments of other years than 1970 to 9998."""
    for field in fields:
        value = getattr(shape, field)
        if isinstance(value, datetime) and not EARLIEST <= value <= LATEST:
            raise ValueError(f"outside the years 1970 to 9998: field `{field}`")


class Place(Shape):
    """Somewhere that is no dwelling: a grid or compound, and words."""

    unit_id: Id
    text: Annotated[str, words(200)]


class Location(Shape):
    """Where the phone was, only if its owner added it."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy: float | None = None


class Reporter(Shape):
    """Who reported a case."""

    name: Annotated[str, words(64)] = ""
    phone: Annotated[str, words(32)] = ""
    relation: Annotated[str, words(32)] = ""


def learn() -> None:
    """Learn every shape there is, before threads check messages by them.

    msgspec learns a shape at its first message, and a second thread that meets one half learnt ends
    the process.
    """
    for shape in chain(_below(Shape), _below(OpenShape)):
        msgspec.json.Decoder(shape)


def _below(shape: type[Struct]) -> Iterator[type[Struct]]:
    for one in shape.__subclasses__():
        yield one
        yield from _below(one)


Loaded = TypeVar("Loaded", bound=Struct)


def load(shape: type[Loaded], content: Any) -> Loaded:
    """The content as this shape. Raises Malformed with a JSON pointer to the first thing wrong."""
    try:
        return msgspec.convert(content, shape)
    except ValidationError as error:
        raise Malformed(_pointer(str(error))) from error


def parsed(data: bytes) -> Any:
    """The JSON. A form that counts characters can cut an emoji in two: the half becomes a mark, and the text
    around it is taken, where it would stop a phone for ever otherwise. Raises Malformed."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        whole = ESCAPE.sub(lambda found: b"\\ufffd" if found["half"] else found[0], data)
    try:
        return orjson.loads(whole)
    except orjson.JSONDecodeError as error:
        raise Malformed("") from error


ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""An escape in JSON: a character of two surrogates, half of one, or any other."""


def dump(shape: type[Struct], content: Any) -> dict[str, Any]:
    """What a service answers, in dicts or objects, as JSON of this shape; of objects the rest is left out."""
    return plain(msgspec.convert(content, shape, from_attributes=True))


def plain(loaded: Struct) -> dict[str, Any]:
    """The content as JSON has it, defaults filled in; moments as the wire has them."""
    content: dict[str, Any] = msgspec.to_builtins(loaded, builtin_types=(datetime,))
    for name in _fields_with_moments(type(loaded)):
        content[name] = _with_wire_moments(content[name])
    return content


@cache
def _fields_with_moments(shape: type[Struct]) -> list[str]:
    """The fields of a shape that are moments or may hold some: no other need be looked through."""
    inspected = cast(inspect.StructType, inspect.type_info(shape))
    return [field.encode_name for field in inspected.fields if _may_hold_moments(field.type)]


def _may_hold_moments(type_: inspect.Type) -> bool:
    match type_:
        case inspect.DateTimeType() | inspect.AnyType():
            return True
        case inspect.Metadata():
            return _may_hold_moments(type_.type)
        case inspect.StructType():
            return any(_may_hold_moments(field.type) for field in type_.fields)
        case inspect.UnionType():
            return any(map(_may_hold_moments, type_.types))
        case inspect.ListType():
            return _may_hold_moments(type_.item_type)
        case inspect.DictType():
            return _may_hold_moments(type_.value_type)
    return False


def _with_wire_moments(content: Any) -> Any:
    match content:
        case datetime():
            return to_wire(content)
        case dict():
            return {name: _with_wire_moments(value) for name, value in content.items()}
        case list():
            return [_with_wire_moments(value) for value in content]
    return content


PLACE = re.compile(r" - at `\$(.*)`\Z", re.DOTALL)
FIELD = re.compile(r"field `(.*?)`(?: - at `|\Z)", re.DOTALL)


def _pointer(message: str) -> str:
    """The JSON pointer (RFC 6901) to what msgspec complains of: `… - at `$.mutations[3].at``."""
    place = PLACE.search(message)
    field = FIELD.search(message)
    path = re.sub(r"\[(\d+)\]", r".\1", place[1]) if place else ""
    named = "/" + field[1].replace("~", "~0").replace("/", "~1") if field else ""
    return path.replace(".", "/") + named
