"""Records as the engine sees them: the wire's value, with the community they belong to."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

TYPES = ("building", "dwelling", "resident", "visit", "case", "case_event", "conflict")
"""The types of a community's records, each after those it points to."""

REMOVABLE = ("resident",)
"""The types of which a record may be removed."""


class Due(NamedTuple):
    """A step of rules/due_steps.json that lies ahead of a case; its moment as the wire has it."""

    at: str
    step: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `value` is what travels in a patch; `version` is 0 until a store has numbered it.

    `stamps` is what merging remembers, by field, and `due` what lies ahead of a case, the earliest first;
    neither ever travels. `removed` says who removed the record and when, and from which household; of such a
    tombstone only that and the place is left.
    """

    type: str
    id: str
    community_id: str
    value: dict[str, Any]
    version: int = 0
    stamps: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, Any] | None = None
    due: tuple[Due, ...] = ()

    @property
    def grid_id(self) -> str | None:
        grid_id: str | None = self.value["grid_id"]
        return grid_id

    @property
    def compound_id(self) -> str | None:
        compound_id: str | None = self.value["compound_id"]
        return compound_id

    @property
    def dwelling_id(self) -> str | None:
        """The household it is, or was, of."""
        at: str | None = self.value.get("dwelling_id") or (self.removed or {}).get("dwelling_id")
        return at

    @property
    def case_id(self) -> str | None:
        """The case it is, or is a line of."""
        case_id: str | None = self.id if self.type == "case" else self.value.get("case_id")
        return case_id

    @property
    def reached(self) -> int:
        """The rank up to which levels above the community see it; 0 for what never leaves it (L8)."""
        return int(self.value.get("reached", 0))

    def with_(self, **changes: Any) -> "Record":
        """The same record with some fields changed."""
        return replace(self, value={**self.value, **changes})


@dataclass(frozen=True, slots=True)
class Departed:
    """A record left a place at `at`; of grid and compound only what it left is set. Of a unit, `path` is what
    it had, from the city down."""

    id: str
    grid_id: str | None
    compound_id: str | None
    at: datetime
    path: tuple[str, ...] | None = None

    @property
    def place(self) -> dict[str, str | None]:
        return {"grid_id": self.grid_id, "compound_id": self.compound_id}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something people should know, addressed to a unit, one person or both; sent after the commit.

    `case_id` is None for what is about no case: its kind says where it leads (notice_steps.py).
    """

    id: str
    community_id: str
    kind: str
    urgency: str
    case_id: str | None
    unit_id: str | None = None
    person_id: str | None = None


def departed(before: Record, after: Record, at: datetime) -> Departed:
    """What a record leaves by changing its place."""
    return Departed(
        before.id,
        before.grid_id if before.grid_id != after.grid_id else None,
        before.compound_id if before.compound_id != after.compound_id else None,
        at,
    )
