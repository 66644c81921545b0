"""Moments on the wire: `2026-11-23T00:31:05.402Z`, so that text order is time order."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(64)
def to_wire(moment: datetime) -> str:
    """Write an aware datetime as the wire has it: UTC, milliseconds, Z; a batch asks for its own often."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_wire(text: str) -> datetime:
    """Read a moment of the wire. Raises ValueError on anything without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset or Z")
    return moment.astimezone(UTC)
