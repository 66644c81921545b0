"""Signing in and out."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.extensions import reading, writing
from app.models import Device, Membership, Person, PushSubscription, SignedIn, Unit
from app.services import throttling
from app.services.passwords import matches
from app.services.recognising import LIFE, DeviceRevoked, token_hash
from app.sql import insert
from sync.instants import to_wire
from sync.levels import COMMUNITY, LEVELS


class WrongCredentials(Refused):
    """No such user name, or another password; which of the two is not told."""

    code = "wrong_credentials"


class Suspended(Refused):
    """The account is suspended."""

    code = "suspended"


class DeviceTaken(Refused):
    """The device id belongs to another person; the phone makes a new one."""

    code = "device_taken"


@dataclass(frozen=True)
class Account:
    """Who is signed in, as the phone wants to know it: the person, and the posts with their units' names."""

    id: str
    name: str
    username: str
    scope: list[dict[str, str]]


def sign_in(
    username: str, password: str, device: dict[str, str], address: str, secret: bytes, now: datetime
) -> tuple[str, Account]:
    """Check a password and open a session for this device: the cookie's token, and who it is.

    Raises WrongCredentials, TooManyAttempts, Suspended, DeviceTaken, DeviceRevoked.
    """
    keys = throttling.keys(username, address)
    throttling.check(keys, now)
    with reading() as session:
        person = session.scalar(select(Person).where(Person.username == username))
    if not matches(person.password_hash if person else None, password) or not person:
        throttling.failed(keys, now)
        raise WrongCredentials
    if person.suspended_at:
        raise Suspended
    token = secrets.token_urlsafe(32)
    with writing() as session:
        throttling.passed(session, keys, now)
        _register(session, person, device, now)
        hashed = token_hash(token, secret)
        session.add(
            SignedIn(
                token_hash=hashed, device_id=device["id"], created_at=now, expires_at=now + LIFE
            )
        )
    return token, account(person.id)


def _register(session: Session, person: Person, sent: dict[str, str], now: datetime) -> None:
    own = {"id": sent["id"], "name": sent["name"], "platform": sent["platform"]}
    new = {**own, "person_id": person.id, "home_id": person.home_id, "created_at": to_wire(now)}
    # a second tap may sign in at the same moment
    insert(session, Device.__table__, [new], "ON CONFLICT DO NOTHING")
    device = session.get_one(Device, sent["id"])
    if device.person_id != person.id:
        raise DeviceTaken
    if device.revoked_at:
        raise DeviceRevoked
    device.name, device.platform = sent["name"], sent["platform"]


def device_token(device_id: str, person_id: str, secret: bytes) -> str:
    """By which a rescued outbox proves whose it is, without a session (P8)."""
    said = f"device {device_id} of {person_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def account(person_id: str) -> Account:
    """Who this is, with the units they serve at."""
    with reading() as session:
        person = session.get_one(Person, person_id)
        rows = session.execute(
            select(Membership.role, Unit)
            .join(Unit, Membership.unit_id == Unit.id)
            .where(Membership.person_id == person_id)
            .order_by(Unit.code, Membership.role)
        )
        scope = [
            {"unit_id": u.id, "level": u.level, "role": role, "name": u.name, "code": u.code}
            for role, u in rows
        ]
        return Account(person.id, person.name, person.username, scope)


def sign_out(token: str | None, secret: bytes, now: datetime) -> None:
    """End the session, if there is one; nothing more is pushed to its device."""
    with writing() as session:
        found = session.get(SignedIn, token_hash(token or "", secret))
        if found:
            found.revoked_at = now
            pushed_to = PushSubscription.device_id == found.device_id
            session.execute(delete(PushSubscription).where(pushed_to))


def home_of(unit: Unit) -> str:
    """The home partition of somebody who serves at this unit."""
    above = LEVELS[unit.level].rank > COMMUNITY
    return unit.id if above or unit.community_id is None else unit.community_id
