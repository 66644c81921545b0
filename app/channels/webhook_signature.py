"""Signatures of webhooks after Standard Webhooks 1.0 (https://www.standardwebhooks.com/).

HMAC-SHA256 over id, moment and body, so that none of the three can be another's.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
SCHEME = "v1"
LEAST_BYTES, MOST_BYTES = 24, 64
MOST_ID = 120
TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock, and the way here, may take a message from our own time."""


class BadSecret(ValueError):
    """No secret of the specification: `whsec_` and 24 to 64 bytes in base64."""


class Unverified(Exception):
    """A message that is not believed. `code` says why; the words are the header's name."""

    code: str


class BadSignature(Unverified):
    """A header is missing or no such thing, or the signature is by none of the secrets."""

    code = "bad_signature"


class TooOld(Unverified):
    """Rightly signed, but longer ago than TOLERANCE."""

    code = "timestamp_too_old"


class TooEarly(Unverified):
    """Rightly signed, but for a moment further ahead than TOLERANCE."""

    code = "timestamp_too_early"


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises BadSecret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise BadSecret from error
    if not secret.startswith(PREFIX) or not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise BadSecret
    return key


def signature(secret: str, id_: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the signature in base64; `timestamp` is in whole seconds since 1970. Raises BadSecret."""
    signed = b".".join((id_.encode(), timestamp.encode(), body))
    return f"{SCHEME},{b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()}"


def signed_headers(secrets: Iterable[str], id_: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that go with a body; a receiver may know any one of the secrets."""
    timestamp = str(int(now.timestamp()))
    signatures = (signature(secret, id_, timestamp, body) for secret in secrets)
    return {ID: id_, TIMESTAMP: timestamp, SIGNATURE: " ".join(signatures)}


def verified(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message that is signed by one of the secrets, lately; names of headers in lower case.

    Raises BadSignature; TooOld or TooEarly only where it is rightly signed.
    """
    id_, timestamp, said = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not 0 < len(id_) <= MOST_ID or "." in id_ or not (id_.isascii() and id_.isprintable()):
        raise BadSignature(ID)
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 10):
        raise BadSignature(TIMESTAMP)
    ours = [signature(secret, id_, timestamp, body).encode() for secret in secrets]
    theirs = said.encode(errors="replace").split(b" ")
    # every pair is compared, so that the time taken says nothing of which it was
    if not sum(hmac.compare_digest(one, other) for one in ours for other in theirs):
        raise BadSignature(SIGNATURE)
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    if sent_at < now - TOLERANCE:
        raise TooOld(TIMESTAMP)
    if sent_at > now + TOLERANCE:
        raise TooEarly(TIMESTAMP)
    return id_
