"""What a phone encrypted to this server's rescue key (PROTOCOL.md, Rescue)."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KIND, POINT = 9, 65
HEAD = KIND + POINT
KEY, NONCE = 32, 12


class Unopenable(Exception):
    """Cut off, changed on its way, or encrypted to another server or with another key."""


def kind_of(data: bytes) -> bytes:
    """By which a text says what it is: eight letters and a version."""
    return data[:KIND]


def unseal(data: bytes, own: ec.EllipticCurvePrivateKey) -> bytes:
    """The text that was encrypted to us. Raises Unopenable."""
    head, sealed = data[:HEAD], data[HEAD:]
    mine = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    try:
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), head[KIND:])
        made = HKDF(SHA256(), KEY + NONCE, salt=None, info=head + mine)
        secret = made.derive(own.exchange(ec.ECDH(), sender))
        return AESGCM(secret[:KEY]).decrypt(secret[KEY:], sealed, head)
    except (ValueError, InvalidTag) as error:
        raise Unopenable from error


def open_row(sealed: bytes, data_key: bytes, table: str) -> bytes:
    """What a phone encrypted in a row of this table by its data key. Raises Unopenable."""
    try:
        return AESGCM(data_key).decrypt(sealed[:NONCE], sealed[NONCE:], table.encode())
    except (ValueError, InvalidTag) as error:
        raise Unopenable from error
