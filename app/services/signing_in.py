"""Signing in and out, and recognising who sends a request."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.extensions import reading, writing
from app.models import (
    Device,
    FormerMembership,
    Membership,
    Person,
    PushSubscription,
    SignedIn,
    Unit,
)
from app.services import throttling
from sync.levels import COMMUNITY, LEVELS
from sync.push import LONGEST_AWAY
from sync.scene import Author
from sync.scope import Post

LIFE = timedelta(days=60)


class WrongCredentials(Refused):
    """No such user name, or another password; which of the two is not told."""

    code = "wrong_credentials"


class Suspended(Refused):
    """The account is suspended."""

    code = "suspended"


class DeviceTaken(Refused):
    """The device id belongs to another person; the phone makes a new one."""

    code = "device_taken"


class DeviceRevoked(Refused):
    """The device was lost or replaced."""

    code = "device_revoked"


class SignedOut(Refused):
    """No session, or one that is over."""

    code = "signed_out"


@dataclass(frozen=True)
class Account:
    """Who is signed in, as the phone wants to know it: the person, and the posts with their units' names."""

    id: str
    name: str
    username: str
    scope: list[dict[str, str]]


hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """Verified against when there is no such person, so that both refusals take as long."""
    return hasher.hash(secrets.token_hex(16))


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
    if not _matches(person.password_hash if person else _nobodys_hash(), password) or not person:
        throttling.failed(keys, now)
        raise WrongCredentials
    if person.suspended_at:
        raise Suspended
    token = secrets.token_urlsafe(32)
    with writing() as session:
        _register(session, person, device, now)
        hashed = token_hash(token, secret)
        session.add(
            SignedIn(
                token_hash=hashed, device_id=device["id"], created_at=now, expires_at=now + LIFE
            )
        )
        throttling.forget(session, keys)
    return token, account(person.id)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _register(session: Session, person: Person, sent: dict[str, str], now: datetime) -> None:
    device = session.get(Device, sent["id"])
    if device and device.person_id != person.id:
        raise DeviceTaken
    if device and device.revoked_at:
        raise DeviceRevoked
    if device is None:
        device = Device(id=sent["id"], person_id=person.id, home_id=person.home_id, created_at=now)
        session.add(device)
    device.name, device.platform = sent["name"], sent["platform"]


def token_hash(token: str, secret: bytes) -> str:
    """What is kept of a token: useless to whoever reads only the database."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()


def device_token(device_id: str, person_id: str, secret: bytes) -> str:
    """By which a rescued outbox proves whose it is, without a session (P8)."""
    said = f"device {device_id} of {person_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def recognise(token: str | None, secret: bytes, now: datetime) -> Author:
    """The author of a request, who may be suspended. Raises SignedOut or DeviceRevoked."""
    if not token:
        raise SignedOut
    with reading() as session:
        row = session.execute(
            select(SignedIn, Device, Person)
            .join(Device, SignedIn.device_id == Device.id)
            .join(Person, Device.person_id == Person.id)
            .where(SignedIn.token_hash == token_hash(token, secret))
        ).one_or_none()
        if row is None:
            raise SignedOut
        if row.Device.revoked_at:
            # also when its session is over: its phone has something to wipe (P8)
            raise DeviceRevoked
        if row.SignedIn.revoked_at or row.SignedIn.expires_at <= now:
            raise SignedOut
        author = _author(session, row.Person, row.Device, now)
    if row.SignedIn.expires_at - now < LIFE / 2:
        _prolong(row.SignedIn.token_hash, now)
    return author


def author_on(device_id: str, now: datetime) -> Author | None:
    """The author of what a device wrote, shut out or not; None if we know no such device."""
    with reading() as session:
        device = session.get(Device, device_id)
        return _author(session, device.person, device, now) if device else None


def _author(session: Session, person: Person, device: Device, now: datetime) -> Author:
    posts, former = _posts(session, person.id), _former(session, person.id, now)
    since = person.suspended_at, device.revoked_at
    return Author(person.id, person.name, device.id, device.home_id, posts, former, *since)


def _posts(session: Session, person_id: str) -> tuple[Post, ...]:
    rows = session.execute(
        select(Unit.level, Membership.role, Unit.path)
        .join(Unit, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person_id)
    )
    posts = [Post(level, role, tuple(path.split("/"))) for level, role, path in rows]
    return tuple(sorted(posts, key=lambda post: (post.path, post.role)))


def _former(session: Session, person_id: str, now: datetime) -> tuple[tuple[Post, datetime], ...]:
    """Posts held before, as long as a tap from then may still arrive."""
    held = FormerMembership
    rows = session.execute(
        select(Unit.level, held.role, Unit.path, held.until)
        .join(Unit, held.unit_id == Unit.id)
        .where(held.person_id == person_id, held.until > now - LONGEST_AWAY)
    )
    return tuple(
        (Post(level, role, tuple(path.split("/"))), until) for level, role, path, until in rows
    )


def _prolong(hashed: str, now: datetime) -> None:
    with writing() as session:
        session.get_one(SignedIn, hashed).expires_at = now + LIFE


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
