"""Notices to send, and what became of each on its way to a device."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant

UNADDRESSED = text("addressed_at IS NULL")
WAITING = text("state = 'waiting'")
CLIMBING = text("next_step_at IS NOT NULL")


class Notice(Model):
    """Something people should know, written in the transaction that caused it, so never lost.

    About a case, or about none: then its kind says where it leads (sync/notice_steps.py).
    Addressed to a unit (whose people are found at the moment of sending), to one person, or to both.
    `addressed_at` is null until its deliveries have been written. One that must be acted on has taken the
    `step` of its ladder (sync/notice_steps.py), and takes the next at `next_step_at`; null once it has ended.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    urgency: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[str | None] = mapped_column(Id)
    unit_id: Mapped[str | None] = mapped_column(Id)
    person_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    addressed_at: Mapped[datetime | None] = mapped_column(Instant)
    step: Mapped[str | None] = mapped_column(String(16))
    next_step_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__: Any = (
        ForeignKeyConstraint(["community_id", "case_id"], ["case.community_id", "case.id"]),
        # asked once a second over all communities: only what is still to do is in it
        Index(
            "ix_notice_unaddressed",
            "community_id",
            postgresql_where=UNADDRESSED,
            sqlite_where=UNADDRESSED,
        ),
        # the same for the next steps: the moment leads
        Index(
            "ix_notice_climbing",
            "next_step_at",
            postgresql_where=CLIMBING,
            sqlite_where=CLIMBING,
        ),
    )


class Delivery(Model):
    """One notice on its way to a person's subscription or a unit's channel, by this `step` of its ladder.

    `state`: waiting, sent, gone, failed. `answer` is what was last heard of it, in words about nobody, and
    `reason` what that means (app/channels/outcome.py), where it is known. A
    worker claims it until `claimed_until`; if the worker dies, another takes it up after that.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(Id)
    step: Mapped[str] = mapped_column(String(16), server_default="push")
    person_id: Mapped[str | None] = mapped_column(Id)
    subscription_id: Mapped[str | None] = mapped_column(Id)
    channel_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(String(16))

    __table_args__: Any = (
        ForeignKeyConstraint(["community_id", "notice_id"], ["notice.community_id", "notice.id"]),
        UniqueConstraint("community_id", "notice_id", "subscription_id"),
        Index(
            "ix_delivery_waiting",
            "community_id",
            "due_at",
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
    )


class PushSubscription(Model):
    """Where one device's browser receives Web Push (RFC 8030) and the keys to encrypt for it (RFC 8291)."""

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"))
    endpoint: Mapped[str] = mapped_column(String(1000), unique=True)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
