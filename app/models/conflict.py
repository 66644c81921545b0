"""What a merge of concurrent edits could not show, until somebody settles it."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import CommunityRecord, Id, Json


class Conflict(CommunityRecord, Model):
    """One field of one edit that lost to another edit, or to a removal (M2). `state`: open, settled.

    `mine` and `theirs` are the lost value and the one that stands, each with who wrote it and when;
    `author_id` is who wrote the lost one.
    """

    record_type: Mapped[str] = mapped_column(String(16))
    record_id: Mapped[str] = mapped_column(Id)
    field: Mapped[str] = mapped_column(String(24))
    against: Mapped[str] = mapped_column(String(12))
    mine: Mapped[dict[str, Any]] = mapped_column(Json)
    theirs: Mapped[dict[str, Any]] = mapped_column(Json)
    author_id: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(12))
    settled_by: Mapped[str | None] = mapped_column(Id)
