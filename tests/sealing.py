"""A phone's half of the rescue format (PROTOCOL.md, Rescue), written a second time from the document."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def seal(content: Any, photos: list[bytes], rescue_public_key: str) -> bytes:
    """Content and photos, encrypted to the server's point in base64url."""
    text = json.dumps(content).encode()
    return seal_bytes(len(text).to_bytes(4, "big") + text + b"".join(photos), rescue_public_key)


def seal_bytes(plain: bytes, rescue_public_key: str) -> bytes:
    server = urlsafe_b64decode(rescue_public_key + "=")
    to = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server)
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    head = b"QMRESCUE\x01" + point
    shared = own.exchange(ec.ECDH(), to)
    made = HKDF(SHA256(), 44, salt=b"", info=head + server).derive(shared)
    return head + AESGCM(made[:32]).encrypt(made[32:], plain, head)
