"""The receipt a resident was shown for their case: what its link tells whoever has it, and their rating.

The link's token holds the case's id and a hash of it, keyed by the `device_token` that only the server and
one phone know; so a phone makes it without signal, and nobody guesses it. That phone is one of whoever
opened the case.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from app.extensions import reading
from app.models import Device
from app.services.signing_in import device_token
from app.services.working_days import is_working_day
from app.store import SqlStore
from sync import cases, resident
from sync.deadlines import CHINA
from sync.instants import from_wire
from sync.records import Record
from sync.resident import Rating

ID_BYTES = HASH_BYTES = 16
ANSWERS = {
    "content": (True, True),
    "not_content": (True, False),
    "not_solved": (False, None),
}
"""What each tap means: solved or not, content or not."""


@dataclass(frozen=True)
class Receipt:
    """All that is told: nothing of anybody, of where it is or of what it is about.

    `asks` says that a rating is waited for, `heard` that the last one has arrived.
    """

    number: str
    state: str
    opened_on: date
    settled_on: date | None
    asks: bool
    heard: bool


def find(token: str, secret: bytes) -> Receipt | None:
    """What the link with this token tells; None if it is none, or its case has not arrived yet."""
    case = _case_of(token, secret)
    if case is None:
        return None
    store = SqlStore()
    settling = store.followed(case)
    lines = store.timelines(case.community_id, {case.id, settling.id})
    settled_at = settling.value["resolved_at"]
    return Receipt(
        cases.number(case.id),
        settling.value["state"],
        _day(case.value["opened_at"]),
        _day(settled_at) if settled_at else None,
        resident.may_rate(case, settling, lines),
        resident.heard(case, lines),
    )


def rate(token: str, answer: str, text: str, secret: bytes, now: datetime) -> None:
    """Take the resident's word, if one is waited for; again changes nothing."""
    case = _case_of(token, secret)
    if case:
        rating = Rating(*ANSWERS[answer], text)
        resident.rate(SqlStore(), case.community_id, case.id, rating, now, is_working_day)


def _case_of(token: str, secret: bytes) -> Record | None:
    try:
        said = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (Error, ValueError):
        return None
    if len(said) != ID_BYTES + HASH_BYTES:
        return None
    case_id, store = str(UUID(bytes=said[:ID_BYTES])), SqlStore()
    for community_id in store.communities_of([case_id]):
        case = store.cases(community_id, [case_id])[case_id]
        if _made_by_opener(case, said[ID_BYTES:], secret):
            return case
    return None


def _made_by_opener(case: Record, said: bytes, secret: bytes) -> bool:
    opener_id = case.value["opened_by"]
    with reading() as session:
        devices = session.scalars(select(Device.id).where(Device.person_id == opener_id)).all()
    keys = (device_token(device_id, opener_id, secret) for device_id in devices)
    return any(hmac.compare_digest(said, hash_of(case.id, key)) for key in keys)


def hash_of(case_id: str, key: str) -> bytes:
    """The part of a token that cannot be guessed, as the phone makes it too (pwa/src/data/receipt.ts)."""
    return hmac.new(key.encode(), f"receipt {case_id}".encode(), sha256).digest()[:HASH_BYTES]


def _day(at: str) -> date:
    return from_wire(at).astimezone(CHINA).date()
