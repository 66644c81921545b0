"""A phone's half of the rescue format (PROTOCOL.md, Rescue), written a second time from the document."""

import json
from base64 import b64encode, urlsafe_b64decode
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILES = {1: b"QMRESCUE\x01", 2: b"QMRESCUE\x02"}
DATA_KEY = b"QMDATKEY\x01"


def seal(
    content: Any, photos: list[bytes], rescue_public_key: str, kind: bytes = FILES[1]
) -> bytes:
    """Content and photos, encrypted to the server's point in base64url."""
    text = json.dumps(content).encode()
    plain = len(text).to_bytes(4, "big") + text + b"".join(photos)
    return seal_bytes(plain, rescue_public_key, kind)


def seal_key(data_key: bytes, person_id: str, rescue_public_key: str) -> str:
    """A phone's data key, as it leaves it with the server, in base64."""
    said = {"person_id": person_id, "key": b64encode(data_key).decode()}
    return b64encode(seal_bytes(json.dumps(said).encode(), rescue_public_key, DATA_KEY)).decode()


def row(data_key: bytes, plain: bytes, table: str) -> bytes:
    """A row of this table as it lies on a phone."""
    nonce = token_bytes(12)
    return nonce + AESGCM(data_key).encrypt(nonce, plain, table.encode())


def seal_bytes(plain: bytes, rescue_public_key: str, kind: bytes = FILES[1]) -> bytes:
    server = urlsafe_b64decode(rescue_public_key + "=")
    to = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server)
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    head = kind + point
    shared = own.exchange(ec.ECDH(), to)
    made = HKDF(SHA256(), 44, salt=b"", info=head + server).derive(shared)
    return head + AESGCM(made[:32]).encrypt(made[32:], plain, head)
