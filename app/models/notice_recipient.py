"""Whom a notice has reached as a person, with or without a phone that takes Web Push."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Id, Instant


class NoticeRecipient(Model):
    """One notice in one person's list, since `told_at`. `seen_at` is null until they have seen it on a phone.

    `version` is the person's counter when the row last changed: by it a phone asks for what is new.
    """

    community_id: Mapped[str] = mapped_column(Id, primary_key=True)
    notice_id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    told_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__: Any = (
        ForeignKeyConstraint(["community_id", "notice_id"], ["notice.community_id", "notice.id"]),
        Index(None, "person_id", "version"),
    )


class NoticeCounter(Model):
    """A number for each person that grows with every change to their list: all that a phone looks at while
    nothing is new. A change takes it to the clock's milliseconds at least, so that a restored backup gives no
    number out twice."""

    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
