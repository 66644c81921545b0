"""Records as the engine sees them: the wire's value, with the community they belong to."""

from dataclasses import dataclass, replace
from typing import Any

TYPES = ("building", "dwelling", "resident", "visit", "case", "case_event")
"""The types of a community's records, each after those it points to."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `value` is what travels in a patch; `version` is 0 until a store has numbered it."""

    type: str
    id: str
    community_id: str
    value: dict[str, Any]
    version: int = 0

    @property
    def grid_id(self) -> str | None:
        grid_id: str | None = self.value["grid_id"]
        return grid_id

    @property
    def compound_id(self) -> str | None:
        compound_id: str | None = self.value["compound_id"]
        return compound_id

    @property
    def reached(self) -> int:
        """The rank up to which levels above the community see it; 0 for what never leaves it (L8)."""
        return int(self.value.get("reached", 0))

    def with_(self, **changes: Any) -> "Record":
        """The same record with some fields changed."""
        return replace(self, value={**self.value, **changes})


@dataclass(frozen=True, slots=True)
class Notice:
    """Something people should know, addressed to a unit or to one person; sent after the commit."""

    id: str
    community_id: str
    kind: str
    urgency: str
    case_id: str
    unit_id: str | None = None
    person_id: str | None = None
