"""Who was called to which case (吹哨), as a post at the case that lasts until `until`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class CaseCall(Model):
    """One person's post at a case, made of the case's `calls` whenever they are written (sync/whistle.py).

    `until` is null while the call is in force; after that, a tap from before it still counts (P7).
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    until: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__: Any = (
        ForeignKeyConstraint(["community_id", "case_id"], ["case.community_id", "case.id"]),
        # every request asks for those in force, beside which those of many years lie
        Index(None, "person_id", "until"),
    )
