"""Recognising who sends a request, in one statement: every request begins so."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import TextClause

from app import direct
from app.errors import Refused
from app.extensions import writing
from app.models import SignedIn
from app.sql import dialect
from app.standing import by_device, by_token
from sync.instants import from_wire, to_wire
from sync.levels import CALLED
from sync.push import LONGEST_AWAY
from sync.scene import Author
from sync.scope import Post

LIFE = timedelta(days=60)
"""Of a session that nobody uses."""


class DeviceRevoked(Refused):
    """The device was lost or replaced."""

    code = "device_revoked"


class SignedOut(Refused):
    """No session, or one that is over."""

    code = "signed_out"


def token_hash(token: str, secret: bytes) -> str:
    """What is kept of a token: useless to whoever reads only the database."""
    return hmac.new(secret, token.encode(), hashlib.sha256).hexdigest()


def recognise(token: str | None, secret: bytes, now: datetime) -> Author:
    """The author of a request, who may be suspended. Raises SignedOut or DeviceRevoked."""
    if not token:
        raise SignedOut
    hashed = token_hash(token, secret)
    found = _found(by_token(dialect()), now, token_hash=hashed)
    if found is None:
        raise SignedOut
    if found["device_revoked_at"]:
        # also when its session is over: its phone has something to wipe (P8)
        raise DeviceRevoked
    expires_at = from_wire(found["expires_at"])
    if found["revoked_at"] or expires_at <= now:
        raise SignedOut
    if expires_at - now < LIFE / 2:
        _prolong(hashed, now)
    return _author(found)


def author_on(device_id: str, now: datetime) -> Author | None:
    """The author of what a device wrote, shut out or not; None if we know no such device."""
    found = _found(by_device(dialect()), now, device_id=device_id)
    return _author(found) if found else None


def _found(statement: TextClause, now: datetime, **key: str) -> dict[str, Any] | None:
    parameters = {**key, "since": to_wire(now - LONGEST_AWAY)}
    with direct.reading() as connection:
        row = connection.execute(statement, parameters).fetchone()
    return orjson.loads(row[0]) if row else None


def _author(found: dict[str, Any]) -> Author:
    posts = [
        (Post(post["level"], post["role"], tuple(post["path"].split("/"))), post["until"])
        for post in found["posts"] or ()
    ]
    return Author(
        found["person_id"],
        found["name"],
        found["device_id"],
        found["home_id"],
        tuple(sorted((post for post, until in posts if until is None), key=_by_place)),
        tuple((post, from_wire(until)) for post, until in posts if until),
        _moment(found["suspended_at"]),
        _moment(found["device_revoked_at"]),
        found["received_through"] or 0,
    )


def _moment(text: str | None) -> datetime | None:
    return from_wire(text) if text else None


def _by_place(post: Post) -> tuple[bool, tuple[str, ...], str]:
    """Calls come last: people sign by the post they hold at a unit."""
    return post.level == CALLED.name, post.path, post.role


def _prolong(hashed: str, now: datetime) -> None:
    with writing() as session:
        session.get_one(SignedIn, hashed).expires_at = now + LIFE
