"""Who is shut out: accounts that are suspended, phones that are lost. What they wrote before is kept (P8)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.counters import lock
from app.errors import Refused
from app.extensions import reading, writing
from app.models import (
    REFERENCE,
    Device,
    FeedCounter,
    Person,
    PushProgress,
    PushSubscription,
    SignedIn,
)


class NoSuchOne(Refused):
    """No such account or device; `detail` is what was asked for."""

    code = "not_found"


@dataclass(frozen=True)
class DeviceLine:
    """One of a person's devices, as an administrator picks the lost one out."""

    id: str
    name: str
    platform: str
    signed_in_at: datetime
    last_contact_at: datetime | None
    revoked_at: datetime | None


def suspend(username: str, now: datetime) -> datetime:
    """Shut an account out from now on; since when it is. Suspending it again changes nothing.

    What its phones wrote before is quarantined when it arrives, and its owner is offered for nothing any more
    on those of colleagues. Raises NoSuchOne.
    """
    with writing() as session:
        version = lock(session, [REFERENCE])[REFERENCE]
        person = known_person(session, username)
        if person.suspended_at is None:
            person.suspended_at = now
            _publish(session, person, version + 1)
        return person.suspended_at


def reinstate(username: str) -> bool:
    """Let an account in again; whether it was suspended. What was quarantined still waits."""
    with writing() as session:
        version = lock(session, [REFERENCE])[REFERENCE]
        person = known_person(session, username)
        was_suspended = person.suspended_at is not None
        if was_suspended:
            person.suspended_at = None
            _publish(session, person, version + 1)
        return was_suspended


def revoke(device_id: str, now: datetime) -> datetime:
    """Shut a device out for good; since when it is. It is told so, and wipes itself. Raises NoSuchOne.

    Its sessions stay, so that the phone learns more than that it is signed out. Nothing is pushed to it.
    """
    with writing() as session:
        device = session.get(Device, device_id)
        if device is None:
            raise NoSuchOne(device_id)
        device.revoked_at = device.revoked_at or now
        session.execute(delete(PushSubscription).where(PushSubscription.device_id == device_id))
        return device.revoked_at


def devices(username: str) -> list[DeviceLine]:
    """A person's devices, the one last signed in first. Raises NoSuchOne."""
    with reading() as session:
        person = known_person(session, username)
        signed_in = func.max(SignedIn.created_at)
        rows = session.execute(
            select(Device, signed_in, PushProgress.last_contact_at)
            .outerjoin(SignedIn, SignedIn.device_id == Device.id)
            .outerjoin(PushProgress, PushProgress.device_id == Device.id)
            .where(Device.person_id == person.id)
            .group_by(Device.id, PushProgress.last_contact_at)
            .order_by(signed_in.desc(), Device.id)
        )
        return [
            DeviceLine(d.id, d.name, d.platform, at or d.created_at, contact, d.revoked_at)
            for d, at, contact in rows
        ]


def _publish(session: Session, person: Person, version: int) -> None:
    """Have the person's record come to phones anew (L2)."""
    person.version = version
    session.get_one(FeedCounter, REFERENCE).version = version


def known_person(session: Session, username: str) -> Person:
    """Who has this user name. Raises NoSuchOne."""
    person = session.scalar(select(Person).where(Person.username == username))
    if person is None:
        raise NoSuchOne(username)
    return person
