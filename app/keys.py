"""The server's own keys: made on the first start, kept in the data directory, readable by it alone."""

import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SECRET = 32
"""Bytes of the server's secret; one with fewer, as an empty file, would be anybody's to guess."""


class KeyUnusable(ValueError):
    """A file that holds no key; its words say which, and what to do."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no key: bring it back from a backup."
            " If there is none, move it away, and a new one is made."
        )


@dataclass(frozen=True)
class Keys:
    """`secret` keys the hashes of session tokens; `vapid` signs Web Push; `rescue` opens rescued outboxes."""

    secret: bytes
    vapid: ec.EllipticCurvePrivateKey
    rescue: ec.EllipticCurvePrivateKey

    @property
    def vapid_public(self) -> str:
        """The VAPID public key as browsers want it: an uncompressed point, base64url without padding."""
        return public_point(self.vapid)

    @property
    def rescue_public(self) -> str:
        """The key phones encrypt a rescued outbox to: P-256, uncompressed point, base64url."""
        return public_point(self.rescue)


def public_point(key: ec.EllipticCurvePrivateKey) -> str:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def load_or_make_keys(folder: Path) -> Keys:
    """Load the keys kept in `folder`, making those that are missing. Raises KeyUnusable."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keys(
        secret=_secret(folder / "secret.key"),
        vapid=_private_key(folder / "vapid.pem"),
        rescue=_private_key(folder / "rescue.pem"),
    )


def _secret(path: Path) -> bytes:
    secret = _kept(path, lambda: secrets.token_bytes(SECRET))
    if len(secret) < SECRET:
        raise KeyUnusable(path)
    return secret


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(_kept(path, _new_pem), password=None)
    except ValueError as error:
        raise KeyUnusable(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnusable(path)
    return key


def _new_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The file's bytes. Two processes may start at once: the first to link its file wins, both read it."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
