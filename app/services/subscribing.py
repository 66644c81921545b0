"""Registering where a signed-in device receives Web Push, and dropping it."""

import binascii
import re
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.channels.endpoints import acceptable
from app.errors import Refused
from app.extensions import writing
from app.models import PushSubscription, SignedIn
from app.networks import AllowedNetworks
from app.services.recognising import SignedOut
from app.sql import insert
from sync.derived import derived_id
from sync.instants import to_wire
from sync.scene import Author

MOST_PER_DEVICE = 3
"""A browser renews its subscription now and then; the ones before the last few are dead."""
BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,100}")
MOVE = (
    "ON CONFLICT (endpoint) DO UPDATE SET id = excluded.id, person_id = excluded.person_id,"
    " device_id = excluded.device_id, p256dh = excluded.p256dh, auth = excluded.auth,"
    " created_at = excluded.created_at"
)


class BadSubscription(Refused):
    """Not a subscription we can send to. `detail` is the JSON pointer to what is wrong with it."""

    code = "malformed"


def subscribe(
    author: Author, sent: dict[str, Any], now: datetime, networks: AllowedNetworks
) -> None:
    """Register what a browser's `PushSubscription.toJSON()` gave for the signed-in device.

    An endpoint known already moves to this device. Raises BadSubscription, or SignedOut where the device was
    signed out while this was on its way.
    """
    row = {
        **checked(sent, networks),
        "id": subscription_id(author.device_id, sent["endpoint"]),
        "person_id": author.person_id,
        "device_id": author.device_id,
        "created_at": to_wire(now),
    }
    with writing() as session:
        _hold_session(session, author.device_id, now)
        insert(session, PushSubscription.__table__, [row], MOVE)
        _drop_oldest(session, author)


def unsubscribe(author: Author, endpoint: str) -> None:
    """Send nothing more there. Only the device's own subscriptions; an unknown one is dropped already."""
    with writing() as session:
        session.execute(
            delete(PushSubscription).where(
                PushSubscription.endpoint == endpoint,
                PushSubscription.device_id == author.device_id,
            )
        )


def subscription_id(device_id: str, endpoint: str) -> str:
    """The same as long as the endpoint stays with the device.

    So that what is on its way survives a renewal, and what was for another person does not arrive.
    """
    return derived_id(device_id, endpoint)


def checked(sent: Any, networks: AllowedNetworks) -> dict[str, str]:
    """The endpoint and keys of a subscription that can be sent to. Raises BadSubscription."""
    endpoint = _text(sent, "endpoint", "/endpoint")
    if not acceptable(endpoint, networks):
        raise BadSubscription("/endpoint")
    p256dh = _text(sent.get("keys"), "p256dh", "/keys/p256dh")
    auth = _text(sent.get("keys"), "auth", "/keys/auth")
    if not _is_point(_decoded(p256dh, "/keys/p256dh")):
        raise BadSubscription("/keys/p256dh")
    if len(_decoded(auth, "/keys/auth")) != 16:
        raise BadSubscription("/keys/auth")
    return {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}


def _text(within: Any, key: str, pointer: str) -> str:
    value = within.get(key) if isinstance(within, dict) else None
    if not isinstance(value, str):
        raise BadSubscription(pointer)
    return value


def _decoded(value: str, pointer: str) -> bytes:
    if not BASE64URL.fullmatch(value):
        raise BadSubscription(pointer)
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as error:
        raise BadSubscription(pointer) from error


def _is_point(data: bytes) -> bool:
    """Whether it is an uncompressed point on P-256."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return len(data) == 65


def _hold_session(session: Session, device_id: str, now: datetime) -> None:
    """Keep the device from signing out until the end, and its other windows from doing the same meanwhile.

    Its browser holds the last of its sessions: those before may never have been ended.
    """
    of_device = select(SignedIn).where(SignedIn.device_id == device_id, SignedIn.expires_at > now)
    one_after_another = of_device.order_by(SignedIn.token_hash).with_for_update(key_share=True)
    held = max(session.scalars(one_after_another), key=lambda one: one.created_at, default=None)
    if held is None or held.revoked_at:
        raise SignedOut


def _drop_oldest(session: Session, author: Author) -> None:
    newest_first = (
        select(PushSubscription.id)
        .where(
            PushSubscription.person_id == author.person_id,
            PushSubscription.device_id == author.device_id,
        )
        .order_by(PushSubscription.created_at.desc(), PushSubscription.id)
    )
    too_old = session.scalars(newest_first).all()[MOST_PER_DEVICE:]
    session.execute(delete(PushSubscription).where(PushSubscription.id.in_(too_old)))
