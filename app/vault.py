"""What others have entrusted to this server, such as a platform's API key, encrypted at rest."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
PURPOSE = b"qiaomen connector secrets"


def lock(secret: bytes, words: str, owner: str) -> bytes:
    """The words, encrypted by the server's secret for this owner's row alone: a nonce, then AES-GCM."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(secret).encrypt(nonce, words.encode(), owner.encode())


def unlock(secret: bytes, locked: bytes, owner: str) -> str:
    """The words again. Raises cryptography's InvalidTag when the key or the owner is another."""
    return _cipher(secret).decrypt(locked[:NONCE], locked[NONCE:], owner.encode()).decode()


def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret))
