"""Opening a rescued outbox: its encryption and its layout, version 1 (PROTOCOL.md, Rescue)."""

import hmac
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import Refused
from app.keys import Keys
from app.schemas.rescue import RescueContent
from app.schemas.shapes import load
from app.services.signing_in import device_token
from sync.errors import Malformed, TooLarge

MAGIC = b"QMRESCUE\x01"
HEAD = len(MAGIC) + 65
MOST_BYTES = 32 * 1024 * 1024
"""Of one file. Nothing in it is compressed; phones put many photos into several files."""
KEY, NONCE = 32, 12


class NotARescue(Refused):
    """Not a file of ours, or of a version we do not know."""

    code = "not_a_rescue"


class RescueDamaged(Refused):
    """Cut off or changed on its way, or encrypted to another server."""

    code = "rescue_damaged"


class RescueForeign(Refused):
    """It does not prove that it comes from a device of ours."""

    code = "rescue_foreign"


@dataclass(frozen=True)
class Rescue:
    """What a phone sealed: its content as `schemas/rescue.py` says, and its photos by SHA-256."""

    content: RescueContent
    photos: dict[str, bytes]


def open_rescue(data: bytes, keys: Keys) -> Rescue:
    """What is in the file. Raises TooLarge, NotARescue, RescueDamaged, Malformed or RescueForeign."""
    if len(data) > MOST_BYTES:
        raise TooLarge
    if not data.startswith(MAGIC):
        raise NotARescue
    rescue = _laid_out(_decrypted(data, keys.rescue))
    said = rescue.content
    token = device_token(said.device_id, said.person_id, keys.secret)
    if not hmac.compare_digest(token.encode(), said.device_token.encode()):
        raise RescueForeign
    return rescue


def _decrypted(data: bytes, own: ec.EllipticCurvePrivateKey) -> bytes:
    head, sealed = data[:HEAD], data[HEAD:]
    point = head[len(MAGIC) :]
    mine = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        made = HKDF(SHA256(), KEY + NONCE, salt=None, info=MAGIC + point + mine)
        secret = made.derive(own.exchange(ec.ECDH(), sender))
        return AESGCM(secret[:KEY]).decrypt(secret[KEY:], sealed, head)
    except (ValueError, InvalidTag) as error:
        raise RescueDamaged from error


def _laid_out(plain: bytes) -> Rescue:
    """Four bytes say how long the JSON is; it follows, then the photos it lists."""
    end = 4 + int.from_bytes(plain[:4])
    try:
        content = load(RescueContent, orjson.loads(plain[4:end]))
    except orjson.JSONDecodeError as error:
        raise Malformed("") from error
    photos = {}
    for number, photo in enumerate(content.photos):
        start, end = end, end + photo.size
        if end > len(plain):
            raise Malformed(f"/photos/{number}/size")
        photos[photo.sha256] = plain[start:end]
    return Rescue(content, photos)
