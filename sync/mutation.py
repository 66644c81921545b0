"""A mutation: an intention in the domain's words, made at a tap and judged by the server."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why arguments can't be used: a stable `code`, and in `detail` a JSON pointer to the field."""

    code: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """One intention of one device.

    `id` is a UUIDv7, `seq` counts the device's mutations from 1, `at` is the device's clock at the tap,
    `base` the version of the record the author was looking at. `sent` is the arguments as they came,
    which the journal keeps; `args` the same, checked and with defaults, which the engine reads. `flaw` is
    set instead when they are not of the shape its name asks for (P5, P6).
    """

    id: str
    seq: int
    at: datetime
    name: str
    base: int | None
    sent: Any
    args: dict[str, Any]
    flaw: Flaw | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of its content, to tell a resend from a reused id (P2, P3)."""
        content = [self.seq, self.name, self.at.isoformat(), self.base, self.sent]
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
