"""Recognising who sends a request, and where their feeds stand: every request begins so, with one statement
that is shared by all which wait for it."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from app import direct, tallies
from app.errors import Refused
from app.extensions import db, writing
from app.models import SignedIn
from app.queues import Gather, Queues
from app.sql import dialect
from app.standing import by_device, by_token, former_posts
from sync.agreement import Place
from sync.batch import LONGEST_AWAY
from sync.instants import from_wire, to_wire
from sync.levels import CALLED
from sync.scene import Author
from sync.scope import Post
from sync.store import REFERENCE, Feed

LIFE = timedelta(days=60)
"""Of a session that nobody uses."""
MOST_TOGETHER = 64
"""Requests that share a statement."""
KEPT = 512
"""Answers of the database that are remembered as read, about 4 KB each in every process."""


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
    """The author of a request, who may be suspended; with the posts they hold, and none of before.

    Raises SignedOut or DeviceRevoked.
    """
    if not token:
        raise SignedOut
    hashed = token_hash(token, secret)
    text = _asked(hashed)
    if text is None:
        raise SignedOut
    found = _read(text)
    if found.author.revoked_at:
        # also when its session is over: its phone has something to wipe (P8)
        raise DeviceRevoked
    if found.expires_at is None or found.expires_at <= now:
        raise SignedOut
    if found.expires_at - now < LIFE / 2:
        _prolong(hashed, now)
    return found.author


def refuse_revoked(device_id: str, now: datetime) -> None:
    """Raise DeviceRevoked for a device that was shut out, even if only its id is known: of a phone that was
    away for long no session is left, and its cookie neither. Whoever says the id gets no more than that."""
    author = author_on(device_id, now)
    if author and author.revoked_at:
        raise DeviceRevoked


def author_on(device_id: str, now: datetime) -> Author | None:
    """The author of what a device wrote, shut out or not; None if we know no such device."""
    parameters = {"device_id": device_id, "since": _since(now)}
    with direct.reading() as connection:
        row = connection.execute(by_device(dialect()), parameters).fetchone()
    return _read(row[0]).author if row else None


def with_former(author: Author, now: datetime) -> Author:
    """The same with the posts they held before, which count for what was written then (P7)."""
    parameters = {"person_id": author.person_id, "since": _since(now)}
    with direct.reading() as connection:
        (text,) = connection.execute(former_posts(dialect()), parameters).fetchone()
    return replace(author, former=_former(orjson.loads(text)))


class Found(NamedTuple):
    """Somebody on a device; and until when the session they asked by lives, None if it was ended."""

    author: Author
    expires_at: datetime | None


queues = Queues[str, str | None](lambda _: 1, MOST_TOGETHER)


def _asked(hashed: str) -> str | None:
    """What the database says of the session with this hash, and of who has it; None if there is none."""

    def ask(gather: Gather[str]) -> list[str | None]:
        with direct.reading() as connection:
            # only now: each is answered by what was committed before it asked
            hashes, words = gather(), dialect()
            asked = {"hashes": words.ids(hashes)}
            said = dict(connection.execute(by_token(words), asked).fetchall())
        return [said[one] for one in hashes]

    return queues.get(db.engine, hashed, ask)


def _since(now: datetime) -> str:
    return to_wire(now - LONGEST_AWAY)


@lru_cache(KEPT)
def _read(text: str) -> Found:
    """What the database says, which is the same text as long as nothing has changed."""
    found = orjson.loads(text)
    ended = found.get("revoked_at")
    return Found(_author(found), None if ended else _moment(found.get("expires_at")))


def _author(found: dict[str, Any]) -> Author:
    return Author(
        found["person_id"],
        found["name"],
        found["device_id"],
        found["home_id"],
        tuple(sorted(map(_post, found["posts"] or ()), key=_by_place)),
        _former(found),
        _moment(found["suspended_at"]),
        _moment(found["device_revoked_at"]),
        found["received_through"] or 0,
        _feed(found) if "epoch" in found else None,
    )


def _former(found: dict[str, Any]) -> tuple[tuple[Post, datetime], ...]:
    return tuple((_post(post), from_wire(post["until"])) for post in found.get("former") or ())


def _post(said: dict[str, Any]) -> Post:
    return Post(said["level"], said["role"], tuple(said["path"].split("/")))


def _feed(found: dict[str, Any]) -> Feed:
    """Where the feeds of somebody's posts below the street stand, and what is counted at each."""
    posts = [post for post in found["posts"] or () if post["community_id"]]
    partitions = {REFERENCE: found} | {post["community_id"]: post for post in posts}
    counters, horizons = (
        {id_: of[table] for id_, of in partitions.items() if of[table] is not None}
        for table in ("feed_counter", "feed_horizon")
    )
    counted = {
        Place(post["community_id"], post["place_id"], 0): tallies.read(post["tally"])
        for post in posts
        if post["tally"]
    }
    return Feed(found["epoch"], counters, horizons, counted)


def _moment(text: str | None) -> datetime | None:
    return from_wire(text) if text else None


def _by_place(post: Post) -> tuple[bool, tuple[str, ...], str]:
    """Calls come last: people sign by the post they hold at a unit."""
    return post.level == CALLED.name, post.path, post.role


def _prolong(hashed: str, now: datetime) -> None:
    with writing() as session:
        session.get_one(SignedIn, hashed).expires_at = now + LIFE
