"""Who is on duty at a unit, from when to when, and the swaps that colleagues agree on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class DutyShift(Model):
    """One person's turn at one unit, `starts_at` included and `ends_at` not; at most 24 hours.

    `community_id` is the partition: the unit's community, or the unit itself above it. `person_id` takes
    the turn; `rostered_id` is whom the roster named, and stays when colleagues swap. `kind`: `duty`, or
    `after_hours` (延时服务). `source`: `import` or `demo`.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id)
    person_id: Mapped[str] = mapped_column(Id)
    rostered_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    source: Mapped[str] = mapped_column(String(8))

    __table_args__: Any = (
        # by its end: what is over, nearly all of it, is never looked at
        Index(None, "community_id", "unit_id", "ends_at"),
    )


class DutySwap(Model):
    """One person asks a colleague to take a shift. `state`: offered, accepted, declined.

    A shift has one at most: asking anew, or somebody else, takes its place.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    shift_id: Mapped[str] = mapped_column(Id)
    from_id: Mapped[str] = mapped_column(Id)
    to_id: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(8))
    offered_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__: Any = (
        ForeignKeyConstraint(
            ["community_id", "shift_id"],
            ["duty_shift.community_id", "duty_shift.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("community_id", "shift_id"),
    )
