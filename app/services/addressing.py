"""Finding the people a notice is for, at the moment of sending, and the ways to reach them: the list in the
app, and the devices that take Web Push."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app import posted
from app.extensions import reading, writing
from app.models import Notice, Person
from app.services import climbing, informing
from app.services.dispatching import dispatch, to_phones
from app.services.notice_standing import for_whom_in_sight
from sync import duty
from sync.duty import Serving
from sync.notice_steps import PUSH, Audible, at_once

log = logging.getLogger(__name__)
BATCH = 200
"""Notices addressed in one transaction."""
COMMUNITIES = 50

ARRIVED, MOVED = "case_arrived", "case_moved"

News = tuple[str | None, datetime]
"""A case, and the moment in which something happened to it."""


def address_all(now: datetime, audible: Audible = at_once) -> bool:
    """Write the deliveries of the notices that have none yet; whether there were any.

    A notice, its deliveries and the lists it comes into are settled in one transaction: a worker that dies
    leaves it to the next.
    """
    with reading() as session:
        communities = session.scalars(_with_unaddressed()).all()
    made = [address(community_id, now, audible) for community_id in communities]
    notices, deliveries = sum(n for n, _ in made), sum(d for _, d in made)
    if notices:
        log.info("addressed %d notices in %d deliveries", notices, deliveries)
    return notices > 0


def address(community_id: str, now: datetime, audible: Audible) -> tuple[int, int]:
    """Address a batch of one community's notices: how many, and in how many deliveries."""
    with writing() as session:
        notices = session.scalars(_unaddressed(community_id)).all()
        recipients = _recipients(session, community_id, notices, now)
        rows = to_phones(session, notices, recipients, PUSH, now, audible)
        # a notice can be written again by a resend; whoever was told of it is not told twice
        dispatch(session, rows)
        informing.tell(session, community_id, recipients, now)
        _mark(session, community_id, [notice.id for notice in notices], now)
        climbing.begin(session, community_id, notices, {row["notice_id"] for row in rows}, now)
    return len(notices), len(rows)


def _with_unaddressed() -> Select[str]:
    waiting = select(Notice.community_id).where(Notice.addressed_at.is_(None))
    return waiting.distinct().limit(COMMUNITIES)


def _unaddressed(community_id: str) -> Select[Notice]:
    return (
        select(Notice)
        .where(Notice.community_id == community_id, Notice.addressed_at.is_(None))
        .order_by(Notice.created_at, Notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _mark(session: Session, community_id: str, ids: Sequence[str], now: datetime) -> None:
    session.execute(
        update(Notice)
        .where(Notice.community_id == community_id, Notice.id.in_(ids))
        .values(addressed_at=now)
        .execution_options(synchronize_session=False)
    )


def _recipients(
    session: Session, community_id: str, notices: Sequence[Notice], now: datetime
) -> dict[str, set[str]]:
    """The ids of the people each notice is for, by its id; never anybody suspended, nor who by now would not
    find its case, nor that a case has moved who is told that it has arrived."""
    on_duty = people_on_duty(session, {n.unit_id for n in notices if n.unit_id}, now)
    named = for_whom_in_sight(session, community_id, notices)
    working = set(session.scalars(_working(named.values())))
    arrived = defaultdict[News, set[str]](set)
    for notice in notices:
        if notice.kind == ARRIVED:
            arrived[_news(notice)] |= on_duty.get(notice.unit_id or "", set())
    recipients = {}
    for notice in notices:
        by_name = {named.get(notice.id, "")} & working
        known = arrived[_news(notice)] if notice.kind == MOVED else set()
        recipients[notice.id] = on_duty.get(notice.unit_id or "", set()) | (by_name - known)
    return recipients


def _news(notice: Notice) -> News:
    """What a notice tells of, which others may tell of too."""
    return notice.case_id, notice.created_at


def _working(person_ids: Iterable[str]) -> Select[str]:
    return select(Person.id).where(Person.id.in_(person_ids), Person.suspended_at.is_(None))


def people_on_duty(
    session: Session, unit_ids: Collection[str], now: datetime
) -> dict[str, set[str]]:
    """The ids of those who answer for each unit now (sync/duty.py)."""
    by_unit: dict[str, list[Serving]] = {}
    for one in posted.serving(session, unit_ids, now):
        by_unit.setdefault(one.unit_id, []).append(one)
    return {
        unit_id: {one.person_id for one in duty.on_duty(serving)}
        for unit_id, serving in by_unit.items()
    }
