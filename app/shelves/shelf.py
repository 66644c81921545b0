"""What keeping photos needs of a storage."""

import logging
from typing import Protocol

from app.errors import Refused

log = logging.getLogger(__name__)


class ShelfAway(Refused):
    """The storage is down, slow, full or refuses us: the phone keeps its photo and tries again later.

    `why` is for the log: phones only wait, so nobody else would tell who can mend it.
    """

    code = "busy"

    def __init__(self, why: str) -> None:
        super().__init__(retry_after=30)
        log.error("photos can't be kept or read: %s", why)


class PhotoShelf(Protocol):
    """Bytes by name. Every method raises ShelfAway when the storage can't be used now."""

    def keep(self, name: str, data: bytes) -> None:
        """Keep these bytes, durable when it returns: whole or not at all, also when two do it at once."""

    def size(self, name: str) -> int | None:
        """How many bytes are kept, without reading them; None when there are none."""

    def read(self, name: str) -> bytes | None:
        """The bytes; None when there are none."""
