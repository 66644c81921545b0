"""One's own phones: which they are, and shutting out the one that was lost.

It tells what helps to know a phone again and what is still on it: no places, no addresses, no activity.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import reading
from app.models import Device, Person
from app.services import suspending
from app.services.helping import Known, in_use, known
from sync.scene import Author


@dataclass(frozen=True)
class OwnDevice:
    """One of a person's phones. Counts are those it last said; None where it never did."""

    device_id: str
    name: str
    platform: str
    here: bool
    last_contact: datetime | None
    unsent: int | None
    photos_unsent: int | None


def devices(author: Author, now: datetime) -> list[OwnDevice]:
    """The asker's phones that are in use and not shut out: the one in hand, then the latest in contact."""
    with reading() as session:
        found = known(session, select(Person.id).where(Person.id == author.person_id))
    own = [
        _told(one, author) for one in found if one.device.id == author.device_id or in_use(one, now)
    ]
    return sorted(own, key=_by_contact)


def end(author: Author, device_id: str, now: datetime) -> None:
    """Shut one of the asker's phones out for good (P8); again changes nothing. Raises NoSuchOne."""
    with reading() as session:
        device = session.get(Device, device_id)
    if device is None or device.person_id != author.person_id:
        raise suspending.NoSuchOne
    suspending.revoke(device_id, now)


def _told(one: Known, author: Author) -> OwnDevice:
    device, health = one.device, one.health
    return OwnDevice(
        device.id,
        device.name,
        device.platform,
        device.id == author.device_id,
        health.last_contact_at,
        health.unsent,
        health.photos_unsent,
    )


def _by_contact(one: OwnDevice) -> tuple[bool, float, str]:
    since = one.last_contact.timestamp() if one.last_contact else 0.0
    return not one.here, -since, one.device_id
