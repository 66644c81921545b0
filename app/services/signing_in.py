"""Signing in and out, and recognising who sends a request."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, null, select, union_all
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
from app.models.types import Instant
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
    hashed = token_hash(token, secret)
    with reading() as session:
        row = session.execute(STANDING_BY_TOKEN, {"token_hash": hashed}).one_or_none()
        if row is None:
            raise SignedOut
        if row.device_revoked_at:
            # also when its session is over: its phone has something to wipe (P8)
            raise DeviceRevoked
        if row.revoked_at or row.expires_at <= now:
            raise SignedOut
        author = _author(session, row, now)
    if row.expires_at - now < LIFE / 2:
        _prolong(hashed, now)
    return author


def author_on(device_id: str, now: datetime) -> Author | None:
    """The author of what a device wrote, shut out or not; None if we know no such device."""
    with reading() as session:
        row = session.execute(STANDING_BY_DEVICE, {"device_id": device_id}).one_or_none()
        return _author(session, row, now) if row else None


STANDING = (
    Person.id.label("person_id"),
    Person.name,
    Person.suspended_at,
    Device.id.label("device_id"),
    Device.home_id,
    Device.revoked_at.label("device_revoked_at"),
)
STANDING_BY_DEVICE = (
    select(*STANDING)
    .join(Device, Device.person_id == Person.id)
    .where(Device.id == bindparam("device_id"))
)
STANDING_BY_TOKEN = (
    select(*STANDING, SignedIn.revoked_at, SignedIn.expires_at)
    .join(Device, Device.person_id == Person.id)
    .join(SignedIn, SignedIn.device_id == Device.id)
    .where(SignedIn.token_hash == bindparam("token_hash"))
)
POSTS = union_all(
    select(Unit.level, Membership.role, Unit.path, null().cast(Instant).label("until"))
    .join(Unit, Membership.unit_id == Unit.id)
    .where(Membership.person_id == bindparam("person_id")),
    select(Unit.level, FormerMembership.role, Unit.path, FormerMembership.until)
    .join(Unit, FormerMembership.unit_id == Unit.id)
    .where(
        FormerMembership.person_id == bindparam("person_id"),
        FormerMembership.until > bindparam("since", type_=Instant),
    ),
)
"""The posts that somebody holds, and those held before, as long as a tap from then may still arrive."""


def _author(session: Session, row: Any, now: datetime) -> Author:
    parameters = {"person_id": row.person_id, "since": now - LONGEST_AWAY}
    found = [
        (Post(level, role, tuple(path.split("/"))), until)
        for level, role, path, until in session.execute(POSTS, parameters)
    ]
    held = sorted((post for post, until in found if until is None), key=_by_place)
    former = tuple((post, until) for post, until in found if until is not None)
    since = row.suspended_at, row.device_revoked_at
    return Author(row.person_id, row.name, row.device_id, row.home_id, tuple(held), former, *since)


def _by_place(post: Post) -> tuple[tuple[str, ...], str]:
    return post.path, post.role


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
