"""What a device says of itself, and what those who help read of it."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, ValidationError

from app.schemas.shapes import EARLIEST, LATEST, Id, Moment, OpenShape, Shape, among, words
from sync.health import STATES

Count = Annotated[int, Meta(ge=0, le=2**53)]
"""How many there are of something, or bytes."""


class Storage(OpenShape):
    """What the browser says of the app's storage, in bytes."""

    persisted: bool | None = None
    used: Count | None = None
    quota: Count | None = None


class DeviceReport(OpenShape):
    """What waits on a device beside what this request carries, and what might go wrong with it."""

    app_version: Annotated[str, words(40)] | None = None
    unsent: Count | None = None
    photos_unsent: Count | None = None
    oldest_unsent_at: Moment | None = None
    storage: Storage | None = None
    problem: Annotated[str, words(40)] | None = None
    replaces: Id | None = None


def tolerated(said: Any) -> dict[str, Any] | None:
    """A device's report read as far as it can be: what is wrong with it is left out and fails nothing."""
    if not isinstance(said, dict) or not said:
        return None
    return {**_read(DeviceReport, said), "storage": _read(Storage, said.get("storage"))}


def _read(shape: type[Struct], said: Any) -> dict[str, Any]:
    content = said if isinstance(said, dict) else {}
    fields = msgspec.structs.fields(shape)
    return {field.name: _value(field.type, content.get(field.name)) for field in fields}


def _value(type_: Any, said: Any) -> Any:
    try:
        value = msgspec.convert(said, type_)
    except ValidationError:
        return None
    out_of_range = isinstance(value, datetime) and not EARLIEST <= value <= LATEST
    return None if out_of_range else value


class DeviceHealth(Shape):
    """How sending goes on one device. `words` say it to a person; counts are those last said."""

    device_id: Id
    person_id: Id
    person_name: str
    device_name: str
    state: Annotated[str, among(STATES)]
    words: str
    unsent: int | None
    photos_unsent: int | None
    oldest_unsent_at: Moment | None
    said_at: Moment | None
    last_contact: Moment | None
    received_through: int
    lost: int
    clock_ahead_seconds: int
    persisted: bool | None
    storage_risk: Literal["full", "filling"] | None
    problem: str | None
    app_version: str | None


class OwnDevice(Shape):
    """One of the asker's phones, `here` the one that asks; counts are those last said."""

    device_id: Id
    name: str
    platform: str
    here: bool
    last_contact: Moment | None
    unsent: int | None
    photos_unsent: int | None


class OwnDevicesAnswer(Shape):
    devices: list[OwnDevice]


class DevicesAnswer(Shape):
    """The devices that need help most first; `more` says that others were left out."""

    devices: list[DeviceHealth]
    states: dict[str, int]
    more: bool
