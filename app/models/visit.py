"""Visits: one knock on a door each; read together they are the diary (民情日记)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Date, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import EditableRecord, Id, Instant, Json


class Visit(EditableRecord, Model):
    """What was seen and said at one door, or at a `place` that is no dwelling."""

    dwelling_id: Mapped[str | None] = mapped_column(Id)
    place: Mapped[dict[str, Any] | None] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(12))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    met: Mapped[list[str]] = mapped_column(Json)
    summary: Mapped[str] = mapped_column(Text)
    needs: Mapped[list[str]] = mapped_column(Json)
    photos: Mapped[list[str]] = mapped_column(Json)
    location: Mapped[dict[str, Any] | None] = mapped_column(Json)
    next_visit_on: Mapped[str | None] = mapped_column(Date)
    visitor_id: Mapped[str] = mapped_column(Id)
    visitor_name: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def keys(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(
                ["community_id", "dwelling_id"], ["dwelling.community_id", "dwelling.id"]
            ),
            # most of a feed are visits, and most phones see one grid: none need pass over those of others
            Index(None, "community_id", "grid_id", "version"),
        )
