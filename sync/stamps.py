"""Who changed a field and when, and what they had seen: what merging goes by (M1–M3)."""

from dataclasses import dataclass
from typing import Any, NamedTuple


class Stamp(NamedTuple):
    """When something was written: later by corrected time, then by the device's and the mutation's id.

    `after` is the version the record had before; the writing gave it a higher one. So a phone that looked
    at a version above `after` has seen it.
    """

    at: str
    device_id: str
    id: str
    after: int

    def kept(self) -> tuple[str, str, str, int]:
        """As JSON."""
        return (self.at, self.device_id, self.id, self.after)


@dataclass(frozen=True, slots=True)
class Edit:
    """One author's change of one field, made looking at the record's version `base` (0: at none yet)."""

    stamp: Stamp
    base: int
    person_id: str
    name: str
    value: Any

    def saw(self, other: Stamp) -> bool:
        """Whether its author had seen what was written then: on the server, or on this same device."""
        return other.after < self.base or other.device_id == self.stamp.device_id

    def kept(self) -> dict[str, Any]:
        """As JSON, to be kept beside a record."""
        names = ("base", "person_id", "name", "value")
        return {"stamp": self.stamp.kept(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Edit":
        """The edit that was kept so."""
        return cls(**{**kept, "stamp": Stamp(*kept["stamp"])})
