"""Secrets that others entrust to this server, such as a platform's key, so that who reads the database alone
cannot read them."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class Unreadable(Exception):
    """It was locked by another server's secret, or for another name."""


@dataclass(frozen=True)
class Strongbox:
    """Encrypts (AES-256-GCM) with a key derived (HKDF) from the server's secret, each text for one name."""

    secret: bytes = field(repr=False)

    def lock(self, name: str, text: str) -> bytes:
        """The text as it may lie in the database, to be opened by the same name only."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher().encrypt(nonce, text.encode(), name.encode())

    def open(self, name: str, locked: bytes) -> str:
        """The text again. Raises Unreadable."""
        try:
            plain = self._cipher().decrypt(locked[:NONCE], locked[NONCE:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        return plain.decode()

    def _cipher(self) -> AESGCM:
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"qiaomen strongbox").derive(self.secret))
