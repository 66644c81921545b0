"""Versions of the contract: what this server speaks, and how it takes what older apps wrote (VERSIONS.md).

The version is the envelope's `protocol`; a mutation that waited in the outbox while the app was updated says
its own, so that it travels unchanged and stays the same mutation (P2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sync.errors import Malformed, SyncError

Lift = Callable[[Any], Any]
"""Arguments as one version has them, made into those of the next. It gets them unchecked."""


class ProtocolTooOld(SyncError):
    """Nothing is pulled by an app of this version any more; what it sends is taken."""

    code = "protocol_too_old"


class ProtocolTooNew(SyncError):
    """An app newer than this server, as after a server's update was taken back: it keeps all and waits."""

    code = "protocol_too_new"
    retry_after = 600


class Unliftable(Exception):
    """Arguments that are not of the shape their version has."""


@dataclass(frozen=True, slots=True)
class Versions:
    """`present` is the newest version known here, `oldest_pulling` the oldest that is brought patches.

    `lifts`, by version and then by the mutation's name, change arguments only: a name keeps its meaning
    for ever, and the journal keeps what was sent.
    """

    present: int
    oldest_pulling: int
    lifts: Mapping[int, Mapping[str, Lift]]

    def check(self, version: int) -> None:
        """Raise ProtocolTooNew, or Malformed, for a version of which nothing can be read."""
        if version > self.present:
            raise ProtocolTooNew({"newest": self.present})
        if version < 1:
            raise Malformed("/protocol")

    def brings(self, version: int) -> bool:
        """Whether apps of this version are brought patches."""
        return version >= self.oldest_pulling

    def lifted(self, name: str, args: Any, version: int) -> Any:
        """The arguments as the present version has them. Raises Unliftable."""
        try:
            for step in range(version, self.present):
                args = self.lifts.get(step, {}).get(name, _unchanged)(args)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Unliftable from error
        return args


def _unchanged(args: Any) -> Any:
    return args


VERSIONS = Versions(present=1, oldest_pulling=1, lifts={})
