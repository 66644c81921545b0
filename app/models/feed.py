"""How changes are numbered and what phones must forget."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant, Json


class FeedCounter(Model):
    """The number of a community's latest change. Locked by every transaction that changes one (L2)."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class FeedHorizon(Model):
    """Departures of a community through this version may be forgotten: older cursors are too old (L5)."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class Tally(Model):
    """How many records a place holds, and the two lanes of their checksum (L9, sync/agreement.py).

    The place is a grid, compound or community; or, with `reached`, what of the community `unit_id` has
    reached that rank. Kept by every transaction that writes records.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    reached: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    one: Mapped[int] = mapped_column(BigInteger)
    other: Mapped[int] = mapped_column(BigInteger)


class FeedEpoch(Model):
    """The one row that says which epoch this database is in; a restored backup begins a new one (L5)."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(Id)


class Departure(Model):
    """A record left a scope (L4); each scope column is set only if that scope was left.

    `left_community` is 1 when nothing of the record stays in the community (moved away, erased).
    `reached` is the rank up to which units above the community had it, 0 for none. A removed record's
    departure is its tombstone: it stays, and `removal` says who removed the record and when, and its
    household. Of a unit or person that moved, which the partition REFERENCE numbers, `path` or `home_id` is
    where it was.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    type: Mapped[str] = mapped_column(String(16))
    id: Mapped[str] = mapped_column(Id)
    grid_id: Mapped[str | None] = mapped_column(Id)
    compound_id: Mapped[str | None] = mapped_column(Id)
    home_id: Mapped[str | None] = mapped_column(Id)
    path: Mapped[str | None] = mapped_column(String(240))
    left_community: Mapped[int]
    reached: Mapped[int]
    reason: Mapped[str] = mapped_column(String(24))
    left_at: Mapped[datetime] = mapped_column(Instant)
    removal: Mapped[dict[str, Any] | None] = mapped_column(Json)

    __table_args__: Any = (Index(None, "community_id", "id"),)
