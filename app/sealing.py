"""Sealing cursors: a phone gets back what we gave it, and nobody makes one up.

A cursor made up to be ahead of the server's counters would look like a restored backup and send every phone
to fetch anew (L5); one with another scope in it would be told which records that scope lost (L4).
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

BROKEN = "broken"
"""No cursor: it is refused as one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of one device's cursors, by the server's secret."""

    secret: bytes
    device_id: str

    def close(self, cursor: str) -> str:
        """The cursor as it travels: its text, a point, and a code over both text and device."""
        return f"{cursor}.{self._code(cursor)}"

    def open(self, text: str | None) -> str | None:
        """The cursor that was closed so; BROKEN if it is none of this device's, None if there is none yet."""
        if not text:
            return None
        cursor, _, code = text.rpartition(".")
        whole = hmac.compare_digest(self._code(cursor).encode(), code.encode())
        return cursor if whole else BROKEN

    def _code(self, cursor: str) -> str:
        content = f"{self.device_id}/{cursor}".encode()
        return urlsafe_b64encode(hmac.digest(self.secret, content, sha256)[:18]).decode()
