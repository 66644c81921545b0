"""Finding the people a notice is for, at the moment of sending, and the ways to reach them: the list in the
app, and the devices that take Web Push."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Select, Table, select, update
from sqlalchemy.orm import Session

from app.channels.outcome import WAITING
from app.extensions import reading, writing
from app.models import Delivery, Device, Notice, Person, PushSubscription
from app.services import informing
from app.services.rostering import posts
from app.sql import insert
from sync.instants import to_wire
from sync.levels import LEVELS

log = logging.getLogger(__name__)
BATCH = 200
"""Notices addressed in one transaction."""
COMMUNITIES = 50


def address_all(now: datetime) -> bool:
    """Write the deliveries of the notices that have none yet; whether there were any.

    A notice, its deliveries and the lists it comes into are settled in one transaction: a worker that dies
    leaves it to the next.
    """
    with reading() as session:
        communities = session.scalars(_with_unaddressed()).all()
    made = [address(community_id, now) for community_id in communities]
    notices, deliveries = sum(n for n, _ in made), sum(d for _, d in made)
    if notices:
        log.info("addressed %d notices in %d deliveries", notices, deliveries)
    return notices > 0


def address(community_id: str, now: datetime) -> tuple[int, int]:
    """Address a batch of one community's notices: how many, and in how many deliveries."""
    with writing() as session:
        notices = session.scalars(_unaddressed(community_id)).all()
        recipients = _recipients(session, notices, now)
        rows = _deliveries(session, notices, recipients, now)
        table: Table = Delivery.__table__
        # a notice can be written again by a resend; whoever was told of it is not told twice
        insert(session, table, rows, "ON CONFLICT DO NOTHING")
        informing.tell(session, community_id, recipients, now)
        _mark(session, community_id, [notice.id for notice in notices], now)
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


def _recipients(session: Session, notices: Iterable[Notice], now: datetime) -> dict[str, set[str]]:
    """The ids of the people each notice is for, by its id; never anybody suspended."""
    notices = list(notices)
    on_duty = people_on_duty(session, {n.unit_id for n in notices if n.unit_id}, now)
    named = {notice.person_id for notice in notices if notice.person_id}
    working = set(session.scalars(_working(named)))
    return {
        n.id: on_duty.get(n.unit_id or "", set()) | ({n.person_id or ""} & working) for n in notices
    }


def _working(person_ids: Iterable[str]) -> Select[str]:
    return select(Person.id).where(Person.id.in_(person_ids), Person.suspended_at.is_(None))


def people_on_duty(
    session: Session, unit_ids: Collection[str], now: datetime
) -> dict[str, set[str]]:
    """Who answers for each unit now: those on shift, else those who lead it, else all of its team
    (docs/cases.md, Notices)."""
    shifts: dict[str, set[str]] = {}
    leads: dict[str, set[str]] = {}
    teams: dict[str, set[str]] = {}
    for post in session.execute(posts(unit_ids, now)):
        level = LEVELS[post.level]
        if post.role in level.member_roles:
            teams.setdefault(post.unit_id, set()).add(post.person_id)
            if post.shift_kind:
                shifts.setdefault(post.unit_id, set()).add(post.person_id)
        if post.role == level.lead_role:
            leads.setdefault(post.unit_id, set()).add(post.person_id)
    return teams | leads | shifts


def _deliveries(
    session: Session, notices: Iterable[Notice], recipients: dict[str, set[str]], now: datetime
) -> list[dict[str, object]]:
    everybody = {person_id for people in recipients.values() for person_id in people}
    subscriptions = session.execute(_subscriptions(everybody)).all()
    return [
        _delivery(notice, person_id, subscription_id, now)
        for notice in notices
        for subscription_id, person_id in subscriptions
        if person_id in recipients[notice.id]
    ]


def _subscriptions(person_ids: Iterable[str]) -> Select[str, str]:
    return (
        select(PushSubscription.id, PushSubscription.person_id)
        .join(Device, Device.id == PushSubscription.device_id)
        .where(PushSubscription.person_id.in_(person_ids), Device.revoked_at.is_(None))
        .order_by(PushSubscription.id)
    )


def _delivery(
    notice: Notice, person_id: str, subscription_id: str, now: datetime
) -> dict[str, object]:
    return {
        "community_id": notice.community_id,
        "id": str(uuid5(UUID(notice.id), subscription_id)),
        "notice_id": notice.id,
        "person_id": person_id,
        "subscription_id": subscription_id,
        "state": WAITING,
        "attempts": 0,
        "due_at": to_wire(now),
        "claimed_until": None,
        "sent_at": None,
        "answer": None,
    }
