"""Deliveries in the database: claiming those that are due, and recording what became of them.

A claim is a lease of one row, so that several workers share the work and none of it is lost with one
that dies. Locks that skip what others hold are taken within one community at a time: over several,
Citus refuses them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.channels.outcome import FAILED, GONE, SENT, WAITING, Reason
from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Address, Message
from app.extensions import reading, writing
from app.models import Channel, Delivery, Device, Notice, Person, PushSubscription

LEASE = timedelta(minutes=3)
COMMUNITIES = 50

WITH_ADDRESS = (
    select(
        Delivery.id,
        Delivery.notice_id,
        Delivery.subscription_id,
        Delivery.channel_id,
        Delivery.attempts,
        Notice.kind,
        Notice.case_id,
        Notice.urgency,
        PushSubscription.endpoint,
        PushSubscription.p256dh,
        PushSubscription.auth,
        Channel.sealed_url,
        and_(Device.id.is_not(None), Person.id.is_not(None)).label("reachable"),
    )
    .join(
        Notice,
        and_(Notice.community_id == Delivery.community_id, Notice.id == Delivery.notice_id),
    )
    .outerjoin(Channel, Channel.id == Delivery.channel_id)
    .outerjoin(PushSubscription, PushSubscription.id == Delivery.subscription_id)
    .outerjoin(Device, and_(Device.id == PushSubscription.device_id, Device.revoked_at.is_(None)))
    .outerjoin(Person, and_(Person.id == PushSubscription.person_id, Person.suspended_at.is_(None)))
)
"""Deliveries with what it takes to send them; not `reachable` if that has ended since."""


@dataclass(frozen=True)
class Claimed:
    """A delivery this worker may attempt before `until`.

    `address` is None when the channel or subscription is gone, or its device revoked or its person suspended,
    since.
    """

    community_id: str
    id: str
    notice_id: str
    subscription_id: str | None
    attempts: int
    until: datetime
    message: Message
    address: Address | SealedAddress | None


@dataclass(frozen=True)
class Settled:
    """What an attempt came to. `due_at` is when to try again, for one that waits."""

    claimed: Claimed
    state: str
    answer: str
    reason: Reason | None
    at: datetime
    due_at: datetime


def claim(most: int, now: datetime) -> list[Claimed]:
    """Claim up to `most` due deliveries, from the community that has waited longest on."""
    claimed: list[Claimed] = []
    with reading() as session:
        communities = session.scalars(_communities_with_due(now)).all()
    for community_id in communities:
        if len(claimed) < most:
            claimed += _claim_in(community_id, most - len(claimed), now)
    return claimed


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        # written out, for a partial index serves no parameter
        Delivery.state == literal("waiting", literal_execute=True),
        Delivery.due_at <= now,
        or_(Delivery.claimed_until.is_(None), Delivery.claimed_until <= now),
    )


def _communities_with_due(now: datetime) -> Select[str]:
    waiting = select(Delivery.community_id).where(_due(now)).group_by(Delivery.community_id)
    return waiting.order_by(func.min(Delivery.due_at)).limit(COMMUNITIES)


def _claim_in(community_id: str, most: int, now: datetime) -> list[Claimed]:
    until = now + LEASE
    with writing() as session:
        rows = session.execute(_due_rows(community_id, most, now)).all()
        ids = [row.id for row in rows]
        session.execute(
            update(Delivery)
            .where(Delivery.community_id == community_id, Delivery.id.in_(ids))
            .values(claimed_until=until)
            .execution_options(synchronize_session=False)
        )
    return [_claimed(community_id, row, until) for row in rows]


def _due_rows(community_id: str, most: int, now: datetime) -> Select[*tuple[Any, ...]]:
    """Due rows, urgent ones first, locked, and skipping those that others hold locked."""
    urgent_first = case((Notice.urgency == "urgent", 0), else_=1)
    return (
        WITH_ADDRESS.where(Delivery.community_id == community_id, _due(now))
        # of those that a night made due at one moment, what goes to one address together
        .order_by(urgent_first, Delivery.due_at, Delivery.subscription_id, Delivery.channel_id)
        .limit(most)
        .with_for_update(of=Delivery, skip_locked=True)
    )


def _claimed(community_id: str, row: Row[*tuple[Any, ...]], until: datetime) -> Claimed:
    message = Message(row.kind, row.case_id or "", row.urgency)
    return Claimed(
        community_id,
        row.id,
        row.notice_id,
        row.subscription_id,
        row.attempts,
        until,
        message,
        _address(row),
    )


def _address(row: Row[*tuple[Any, ...]]) -> Address | SealedAddress | None:
    if row.sealed_url is not None:
        return SealedAddress(row.channel_id, row.sealed_url)
    return Address(row.endpoint, row.p256dh, row.auth) if row.reachable else None


def record(settled: Iterable[Settled]) -> None:
    """Write down what became of deliveries, drop the subscriptions their services no longer know, and have
    notices go on at once whose step has come to nothing.

    Only where the claim still stands: after its lease another worker may have it.
    """
    settled = list(settled)
    with writing() as session:
        _write(session, [_values(one) for one in settled])
        gone = {s.claimed.subscription_id for s in settled if s.state == GONE and s.claimed.address}
        session.execute(
            delete(PushSubscription)
            .where(PushSubscription.id.in_(gone))
            .execution_options(synchronize_session=False)
        )
        _pass_over(session, [one for one in settled if one.state in (GONE, FAILED)])


def _pass_over(session: Session, lost: Sequence[Settled]) -> None:
    """Make the next step due where every delivery of the present one has failed."""
    by_community: dict[str, set[str]] = {}
    for one in lost:
        by_community.setdefault(one.claimed.community_id, set()).add(one.claimed.notice_id)
    hopeful = exists().where(
        Delivery.community_id == Notice.community_id,
        Delivery.notice_id == Notice.id,
        Delivery.step == Notice.step,
        Delivery.state.in_([WAITING, SENT]),
    )
    for community_id, ids in sorted(by_community.items()):
        now = max(one.at for one in lost)
        those = (Notice.community_id == community_id, Notice.id.in_(ids))
        # of workers who record a step's last deliveries at one moment, the second sees what the first did
        session.execute(
            select(Notice.id).where(*those).order_by(Notice.id).with_for_update(key_share=True)
        )
        session.execute(
            update(Notice)
            .where(*those, Notice.next_step_at > now, ~hopeful)
            .values(next_step_at=now)
            .execution_options(synchronize_session=False)
        )


def release(claimed: Sequence[Claimed]) -> None:
    """Give back what was claimed and not attempted."""
    with writing() as session:
        _write(session, [_key(one) for one in claimed], claimed_until=None)


def put_off(waiting: Iterable[tuple[Claimed, datetime]]) -> None:
    """Give back what is to be attempted later, each with when."""
    rows = [{**_key(one), "due_at": at, "claimed_until": None} for one, at in waiting]
    with writing() as session:
        _write(session, rows)


def _write(session: Session, rows: list[dict[str, object]], **more: object) -> None:
    table: Table = Delivery.__table__
    columns = table.columns
    held = and_(
        columns.community_id == bindparam("community"),
        columns.id == bindparam("delivery"),
        columns.claimed_until == bindparam("until"),
    )
    if rows:
        session.connection().execute(update(table).where(held).values(**more), rows)


def _key(claimed: Claimed) -> dict[str, object]:
    return {
        "community": claimed.community_id,
        "delivery": claimed.id,
        "until": claimed.until,
    }


def _values(settled: Settled) -> dict[str, object]:
    return {
        **_key(settled.claimed),
        "state": settled.state,
        "attempts": settled.claimed.attempts + 1,
        "due_at": settled.due_at,
        "claimed_until": None,
        "sent_at": settled.at if settled.state == SENT else None,
        "answer": settled.answer,
        "reason": settled.reason,
    }
