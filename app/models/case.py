"""Cases (家门口的事, 有事找支部) and their timelines."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.extensions import Model
from app.models.types import CommunityRecord, Id, Instant, Json

JOINED = text("merged_into IS NOT NULL")
DUE = text("next_due_at IS NOT NULL")


class ReachingRecord(CommunityRecord):
    """A record that levels above the community see once its case has `reached` them (L8).

    `reached` is the rank of the highest level that ever held the case or was told of it because
    it was overdue or nobody heard, as in sync/rules/levels.json.
    """

    reached: Mapped[int] = mapped_column(SmallInteger)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        above = text("reached > 3")
        return (
            Index(None, "community_id", "version"),
            Index(
                f"ix_{cls.__name__.lower()}_reached",
                "community_id",
                "version",
                postgresql_where=above,
                sqlite_where=above,
            ),
            *cls.keys(),
        )


class Case(ReachingRecord, Model):
    """A matter to be settled, always held by exactly one unit (docs/cases.md).

    `extension_until` is the later `settle_by` that the holder has asked for, until somebody answers.
    `rating` is what the resident last said: {solved, content, how}. `merged_into` is the id of the case that
    this one follows. `calls` is whom whistles have called and what they answered (sync/whistle.py).
    `due_steps` is what lies ahead of it (sync/due_steps.py), `next_due_at` the moment of the first; neither
    is ever sent.
    """

    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    detail: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    urgency: Mapped[str] = mapped_column(String(12))
    category: Mapped[str | None] = mapped_column(String(60))
    dwelling_id: Mapped[str | None] = mapped_column(Id)
    place: Mapped[dict[str, Any] | None] = mapped_column(Json)
    visit_id: Mapped[str | None] = mapped_column(Id)
    reporter: Mapped[dict[str, Any] | None] = mapped_column(Json)
    photos: Mapped[list[str]] = mapped_column(Json)
    origin_id: Mapped[str] = mapped_column(Id)
    holder_id: Mapped[str] = mapped_column(Id)
    assignee_id: Mapped[str | None] = mapped_column(Id)
    opened_by: Mapped[str] = mapped_column(Id)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    accept_by: Mapped[datetime | None] = mapped_column(Instant)
    settle_by: Mapped[datetime | None] = mapped_column(Instant)
    held_by: Mapped[list[str]] = mapped_column(Json)
    climbed_from: Mapped[list[str]] = mapped_column(Json)
    returned_from: Mapped[list[str]] = mapped_column(Json)
    extension_until: Mapped[datetime | None] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    rating: Mapped[dict[str, Any] | None] = mapped_column(Json)
    merged_into: Mapped[str | None] = mapped_column(Id)
    calls: Mapped[list[dict[str, Any]]] = mapped_column(Json, server_default="[]")
    due_steps: Mapped[list[dict[str, str]] | None] = mapped_column(Json)
    next_due_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(
                ["community_id", "dwelling_id"], ["dwelling.community_id", "dwelling.id"]
            ),
            ForeignKeyConstraint(["community_id", "visit_id"], ["visit.community_id", "visit.id"]),
            Index(None, "community_id", "holder_id", "state"),
            # who asks by a receipt, or from above, does not know the community
            Index("ix_case_id", "id"),
            # asked for whenever a case moves, and nearly none was joined
            Index(
                "ix_case_joined",
                "community_id",
                "merged_into",
                postgresql_where=JOINED,
                sqlite_where=JOINED,
            ),
            # asked once a second over all communities, whose open cases are all in it: the moment leads
            Index("ix_case_due", "next_due_at", postgresql_where=DUE, sqlite_where=DUE),
        )


class CaseEvent(ReachingRecord, Model):
    """One line of a case's timeline: never edited, never deleted.

    The actor's name and role are kept as they were at the time; without `actor_id` it was made by nobody's
    hand. `attempted` names the action of a mutation that came too late and was kept as a note (P6
    superseded). `details` holds the facts of an action that are no words, such as until when.
    """

    case_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[str | None] = mapped_column(Id)
    actor_name: Mapped[str] = mapped_column(String(64))
    actor_role: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(Text)
    attempted: Mapped[str | None] = mapped_column(String(12))
    from_unit_id: Mapped[str | None] = mapped_column(Id)
    to_unit_id: Mapped[str | None] = mapped_column(Id)
    photos: Mapped[list[str]] = mapped_column(Json)
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(["community_id", "case_id"], ["case.community_id", "case.id"]),
            Index(None, "community_id", "case_id"),
        )
