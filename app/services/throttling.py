"""A brake on guessing passwords: by user name and by address, the longer the more it is tried."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import Refused
from app.extensions import reading, writing
from app.models import SignInThrottle
from app.sql import insert
from sync.instants import to_wire

FREE_TRIES = {"username": 5, "address": 50}
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGIVES_ONE = LONGEST_WAIT
"""After each such time without a failure one less counts: else those of an office would add up for ever."""
LOCKING = "ON CONFLICT (key) DO UPDATE SET failures = sign_in_throttle.failures"
"""Whoever fails at the same moment begins the same count, and waits for it."""


class TooManyAttempts(Refused):
    """Wait `retry_after` seconds before signing in again."""

    code = "too_many_attempts"


def keys(username: str, address: str) -> dict[str, str]:
    """The hashed keys an attempt counts under, by kind; neither name nor address is kept."""
    said = {"username": username, "address": address}
    return {
        kind: hashlib.sha256(f"{kind}:{what}".encode()).hexdigest() for kind, what in said.items()
    }


def check(keys: dict[str, str], now: datetime) -> None:
    """Raise TooManyAttempts while one of the keys must wait."""
    with reading() as session:
        rows = {kind: session.get(SignInThrottle, key) for kind, key in keys.items()}
    _demand_waited(rows, now)


def failed(keys: dict[str, str], now: datetime) -> None:
    """Count a failure under each key; past the free tries each doubles the wait.

    Raises TooManyAttempts where others of the same moment were counted first: then nothing is told of this.
    """
    with writing() as session:
        rows = {kind: _counted(session, key, now) for kind, key in keys.items()}
        _demand_waited(rows, now)
        for kind, row in rows.items():
            forgiven = max(0, (now - row.blocked_until) // FORGIVES_ONE)
            row.failures = max(0, row.failures - forgiven) + 1
            over = row.failures - FREE_TRIES[kind]
            wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()
            row.blocked_until = now + wait


def passed(session: Session, keys: dict[str, str], now: datetime) -> None:
    """A success clears the user name's count; an address may be shared, and keeps its own.

    Raises TooManyAttempts likewise, though the password was right.
    """
    rows = {
        kind: session.get(SignInThrottle, key, with_for_update=True) for kind, key in keys.items()
    }
    _demand_waited(rows, now)
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == keys["username"]))


def _counted(session: Session, key: str, now: datetime) -> SignInThrottle:
    """The count under this key, begun where there is none, and locked."""
    first = {"key": key, "failures": 0, "blocked_until": to_wire(now)}
    insert(session, SignInThrottle.__table__, [first], LOCKING)
    return session.get_one(SignInThrottle, key)


def _demand_waited(rows: Mapping[str, SignInThrottle | None], now: datetime) -> None:
    over = (row for kind, row in rows.items() if row and row.failures >= FREE_TRIES[kind])
    until = max((row.blocked_until for row in over), default=now)
    if until > now:
        raise TooManyAttempts(retry_after=int((until - now).total_seconds()) + 1)
