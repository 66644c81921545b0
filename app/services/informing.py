"""The notices in a person's list, on whichever phone they look: what is new, and what they have seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select, text, update
from sqlalchemy.orm import Session

from app import direct
from app.extensions import reading, writing
from app.models import Notice, NoticeCounter, NoticeRecipient
from app.sql import insert
from sync.instants import to_wire
from sync.scene import Author

MOST = 500
"""Notices of one answer, and of those a phone keeps at first."""

LATEST = text("SELECT version FROM notice_counter WHERE person_id = :person_id")
COUNT_ON = (
    "ON CONFLICT (person_id) DO UPDATE SET version = CASE"
    " WHEN excluded.version > notice_counter.version THEN excluded.version"
    " ELSE notice_counter.version + 1 END"
)


@dataclass(frozen=True)
class Listed:
    """One notice in somebody's list; `case_id` is None for one about no case."""

    id: str
    kind: str
    urgency: str
    case_id: str | None
    created_at: datetime
    seen: bool


@dataclass(frozen=True)
class News:
    """What changed in a person's list, newest first; `whole` unless there was more than one answer takes."""

    person_id: str
    version: int
    whole: bool
    notices: list[Listed]


def tell(
    session: Session, community_id: str, recipients: Mapping[str, Collection[str]], now: datetime
) -> None:
    """Put a community's notices into the lists of their recipients, given by the notice's id. Again changes
    nothing."""
    versions = _count_on(session, {one for people in recipients.values() for one in people}, now)
    rows = [
        {
            "community_id": community_id,
            "notice_id": notice_id,
            "person_id": person_id,
            "version": versions[person_id],
            "told_at": to_wire(now),
        }
        for notice_id, people in recipients.items()
        for person_id in people
    ]
    insert(session, NoticeRecipient.__table__, rows, "ON CONFLICT DO NOTHING")


def news(author: Author, after: int) -> News | None:
    """What changed in the asker's list since their phone was told this version; None if nothing did.

    Phones ask every few seconds: that nothing changed is known from one row.
    """
    version = _latest(author.person_id)
    if version == after:
        return None
    with reading() as session:
        found = session.execute(_changed(author.person_id, after)).all()
    return News(
        author.person_id, version, len(found) <= MOST, [Listed(*row) for row in found[:MOST]]
    )


def saw(author: Author, ids: Collection[str], now: datetime) -> None:
    """Mark notices of the asker's own as seen. Again, or of others, changes nothing."""
    recipient = NoticeRecipient
    unseen = (
        recipient.person_id == author.person_id,
        recipient.notice_id.in_(ids),
        recipient.seen_at.is_(None),
    )
    with writing() as session:
        if not session.scalar(select(recipient.notice_id).where(*unseen).limit(1)):
            return
        versions = _count_on(session, {author.person_id}, now)
        session.execute(
            update(recipient)
            .where(*unseen)
            .values(seen_at=now, version=versions[author.person_id])
            .execution_options(synchronize_session=False)
        )


def _latest(person_id: str) -> int:
    with direct.reading() as connection:
        row = connection.execute(LATEST, {"person_id": person_id}).fetchone()
    return row[0] if row else 0


def _changed(person_id: str, after: int) -> Select[*tuple[Any, ...]]:
    recipient = NoticeRecipient
    same = and_(Notice.community_id == recipient.community_id, Notice.id == recipient.notice_id)
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.urgency,
            Notice.case_id,
            Notice.created_at,
            recipient.seen_at.is_not(None),
        )
        .join(recipient, same)
        .where(recipient.person_id == person_id, recipient.version > after)
        .order_by(recipient.version.desc(), Notice.created_at.desc(), Notice.id)
        .limit(MOST + 1)
    )


def _count_on(session: Session, people: Collection[str], now: datetime) -> dict[str, int]:
    """Each one's next version. Their counters stay locked until the end, taken in an order all keep to."""
    moment = int(now.timestamp() * 1000)
    rows = [{"person_id": person_id, "version": moment} for person_id in sorted(people)]
    insert(session, NoticeCounter.__table__, rows, COUNT_ON)
    counted = select(NoticeCounter.person_id, NoticeCounter.version)
    found = session.execute(counted.where(NoticeCounter.person_id.in_(people))).all()
    return dict(found)
