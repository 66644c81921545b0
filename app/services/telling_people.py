"""Notices about no case, to people by name: what somebody asked of them, or answered."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Notice
from app.sql import insert
from sync.derived import derived_id
from sync.instants import to_wire


def tell(
    session: Session,
    community_id: str,
    kind: str,
    cause: str,
    person_ids: Iterable[str],
    now: datetime,
) -> None:
    """Write a notice of this kind to each of them, in the transaction of its `cause`; again changes nothing.

    `community_id` is the partition of the unit whose matter it is, `cause` one for all that is told once.
    """
    rows = [
        {
            "community_id": community_id,
            "id": derived_id(cause, kind, person_id),
            "kind": kind,
            "urgency": "normal",
            "person_id": person_id,
            "created_at": to_wire(now),
        }
        for person_id in person_ids
    ]
    insert(session, Notice.__table__, rows, "ON CONFLICT DO NOTHING")
