"""A mutation: an intention in the domain's words, made at a tap and judged by the server."""

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
class Sent:
    """One intention of one device, as it came.

    `id` is a UUIDv7, `seq` counts the device's mutations from 1, `at` is the device's clock at the tap,
    `base` the version of the record the author was looking at. `sent` is the arguments as JSON text with
    its keys in order, which the journal keeps.
    """

    id: str
    seq: int
    at: datetime
    name: str
    base: int | None
    sent: str

    @property
    def digest(self) -> str:
        """The SHA-256 of its content, to tell a resend from a reused id (P2, P3)."""
        head = f"{self.seq}\0{self.at.isoformat()}\0{self.base}\0{self.name}\0"
        return sha256((head + self.sent).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Mutation(Sent):
    """The same, checked: `args` are the arguments with defaults, which the engine reads.

    `flaw` is set instead when they are not of the shape its name asks for (P5, P6).
    """

    args: dict[str, Any]
    flaw: Flaw | None = None
