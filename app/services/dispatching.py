"""The deliveries that one step of a notice makes: to people's subscriptions, or to a unit's channels."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.channels.outcome import WAITING
from app.models import Channel, Delivery, Device, Notice, PushSubscription
from app.sql import Row, insert
from sync.instants import to_wire
from sync.notice_steps import Audible


def dispatch(session: Session, rows: Sequence[Row]) -> None:
    """Write deliveries; one that is there already, for its notice was written again by a resend, stays."""
    insert(session, Delivery.__table__, rows, "ON CONFLICT DO NOTHING")


def to_phones(
    session: Session,
    notices: Iterable[Notice],
    recipients: Mapping[str, Collection[str]],
    step: str,
    now: datetime,
    audible: Audible,
) -> list[Row]:
    """Deliveries of notices to the subscriptions of their recipients, who are given by the notice's id."""
    everybody = {person_id for people in recipients.values() for person_id in people}
    subscriptions = session.execute(_subscriptions(everybody)).all()
    return [
        _delivery(
            notice,
            step,
            audible(notice.urgency, now),
            id_,
            person_id=person_id,
            subscription_id=id_,
        )
        for notice in notices
        for id_, person_id in subscriptions
        if person_id in recipients.get(notice.id, ())
    ]


def to_channels(
    session: Session,
    notices: Iterable[Notice],
    units: Mapping[str, str],
    step: str,
    now: datetime,
    audible: Audible,
) -> list[Row]:
    """Deliveries of notices to the channels of their units, which are given by the notice's id."""
    ways = select(Channel.id, Channel.unit_id).where(Channel.unit_id.in_(set(units.values())))
    channels = session.execute(ways.order_by(Channel.id)).all()
    return [
        _delivery(notice, step, audible(notice.urgency, now), id_, channel_id=id_)
        for notice in notices
        for id_, unit_id in channels
        if unit_id == units[notice.id]
    ]


def _subscriptions(person_ids: Iterable[str]) -> Select[str, str]:
    return (
        select(PushSubscription.id, PushSubscription.person_id)
        .join(Device, Device.id == PushSubscription.device_id)
        .where(PushSubscription.person_id.in_(person_ids), Device.revoked_at.is_(None))
        .order_by(PushSubscription.id)
    )


def _delivery(notice: Notice, step: str, due_at: datetime, where: str, **to: str) -> Row:
    """A delivery to a subscription or channel with the id `where`: the same id for the same two."""
    return {
        "community_id": notice.community_id,
        "id": str(uuid5(UUID(notice.id), where)),
        "notice_id": notice.id,
        "step": step,
        "state": WAITING,
        "attempts": 0,
        "due_at": to_wire(due_at),
        **to,
    }
