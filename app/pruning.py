"""Forgetting departures that no phone needs any more (L5)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models import Departure, FeedHorizon
from app.rows import REMOVED
from app.sql import insert

GRACE = timedelta(days=1)
"""Between refusing older cursors and deleting: longer than any page takes that is being read meanwhile."""


def forget_departures(session: Session, before: datetime) -> None:
    """Remember that cursors from `before` are too old; delete what is older by a day.

    Tombstones stay, for edits need them.
    """
    old = (Departure.left_at < before, Departure.reason != REMOVED)
    through = select(Departure.community_id, func.max(Departure.version)).where(*old)
    rows = [
        {"community_id": community_id, "version": version}
        for community_id, version in session.execute(through.group_by(Departure.community_id))
    ]
    further = "version = excluded.version WHERE feed_horizon.version < excluded.version"
    then = f"ON CONFLICT (community_id) DO UPDATE SET {further}"
    insert(session, FeedHorizon.__table__, rows, then)
    session.execute(
        delete(Departure)
        .where(Departure.left_at < before - GRACE, Departure.reason != REMOVED)
        .execution_options(synchronize_session=False)
    )
