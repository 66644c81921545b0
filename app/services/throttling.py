"""A brake on guessing passwords: by user name and by address, the longer the more it is tried."""

import hashlib
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
        found = [session.get(SignInThrottle, key) for key in keys.values()]
    until = max((row.blocked_until for row in found if row), default=now)
    if until > now:
        raise TooManyAttempts(retry_after=int((until - now).total_seconds()) + 1)


def failed(keys: dict[str, str], now: datetime) -> None:
    """Count a failure under each key; past the free tries each doubles the wait."""
    with writing() as session:
        for kind, key in keys.items():
            # whoever fails at the same moment begins the same count
            first = {"key": key, "failures": 0, "blocked_until": to_wire(now)}
            insert(session, SignInThrottle.__table__, [first], "ON CONFLICT DO NOTHING")
            row = session.get_one(SignInThrottle, key, with_for_update=True)
            forgiven = max(0, (now - row.blocked_until) // FORGIVES_ONE)
            row.failures = max(0, row.failures - forgiven) + 1
            over = row.failures - FREE_TRIES[kind]
            wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()
            row.blocked_until = now + wait


def forget(session: Session, keys: dict[str, str]) -> None:
    """A success clears the user name's count; an address may be shared, and keeps its own."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == keys["username"]))
