"""Every mutation a device ever sent, whole, and how far each device has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant, Json

LOST = text("name = 'outbox.lost'")
"""The condition for what a device declares lost; written out, for a partial index serves no parameter."""


class JournalEntry(Model):
    """One mutation with its verdict (P2, P6). Lives in the partition that is its device's home.

    `args` is JSON text, to keep to the letter what no JSON column would take, such as NUL.
    `digest` is the SHA-256 of its content: the same id with another digest is a reused id (P3).
    """

    __tablename__ = "mutation"

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[str] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(40))
    base: Mapped[int | None] = mapped_column(BigInteger)
    args: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    corrected_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    digest: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(String(200))
    receipt: Mapped[str] = mapped_column(String(9))

    __table_args__: Any = (
        # of all that its devices have ever sent somebody who helps asks for these few
        Index("ix_mutation_lost", "device_id", postgresql_where=LOST, sqlite_where=LOST),
    )


class Quarantined(Model):
    """A journaled mutation that waits for a decision, and the decision (P8).

    Who leads `unit_id` decides; until then `decided_at` and all after it are null. The journal's own verdict
    stays `quarantined`.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Id)
    accepted: Mapped[bool | None] = mapped_column(Boolean)
    verdict: Mapped[str | None] = mapped_column(String(12))
    code: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(String(200))


class WaitingRescue(Model):
    """A rescued outbox, still encrypted, of which part can't be taken before what is missing arrives (P4)."""

    __tablename__ = "waiting_rescue"

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    device_id: Mapped[str] = mapped_column(Id)
    received_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PushProgress(Model):
    """How far a device's outbox has been received (P4), and its clock's offset when last heard (P9)."""

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    received_through: Mapped[int] = mapped_column(BigInteger)
    last_contact_at: Mapped[datetime] = mapped_column(Instant)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger)
    lost: Mapped[list[dict[str, int]]] = mapped_column(Json)
