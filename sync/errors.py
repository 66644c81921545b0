"""Refusals of a whole exchange; the outbox survives every one of them (PROTOCOL.md, Refusing)."""

from typing import Any


class SyncError(Exception):
    """An exchange that is refused as a whole. `code` is stable; `detail` says where or how far.

    `retry_after` says in how many seconds it may do, where that is known.
    """

    code = "malformed"
    retry_after: int | None = None

    def __init__(self, detail: Any = None) -> None:
        super().__init__(self.code)
        self.detail = detail


class SequenceGap(SyncError):
    """A batch starts after, or skips, mutations the server has not seen (P4)."""

    code = "sequence_gap"

    def __init__(self, received_through: int) -> None:
        super().__init__({"received_through": received_through})


class Malformed(SyncError):
    """Not of the shapes of the contract; `detail` is a JSON pointer."""


class TooLarge(SyncError):
    """More than one exchange may carry; the phone halves its batch."""

    code = "too_large"
