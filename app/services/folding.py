"""A flood of notices for one phone or one group is told as one message; what presses rings by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Address, Message
from app.services.deliveries import Claimed
from sync.notice_steps import ALONE, FLOOD

MIXED = "mixed"
"""The kind of a message about notices of several kinds."""


@dataclass(frozen=True)
class Parcel:
    """Deliveries to one address that one message tells of. Each of them is recorded by itself."""

    claimed: tuple[Claimed, ...]
    message: Message

    @property
    def address(self) -> Address | SealedAddress | None:
        """Where it goes; None if that has ended."""
        return self.claimed[0].address

    @property
    def until(self) -> datetime:
        """When the first of its claims ends."""
        return min(one.until for one in self.claimed)


def fold(claimed: Sequence[Claimed]) -> list[Parcel]:
    """What was claimed as messages to send, in order: a flood for one address in the place of its first.

    What is urgent, and a whistle, is never in one; fewer than FLOOD can be read at a glance and stay apart.
    """
    together: dict[object, list[Claimed]] = {}
    for one in claimed:
        key = one.address if _may_wait_with_others(one) else (one.community_id, one.id)
        together.setdefault(key, []).append(one)
    return [parcel for group in together.values() for parcel in _parcels(group)]


def _may_wait_with_others(one: Claimed) -> bool:
    message = one.message
    return bool(one.address) and message.urgency == "normal" and message.kind not in ALONE


def _parcels(group: Sequence[Claimed]) -> list[Parcel]:
    if len(group) < FLOOD:
        return [Parcel((one,), one.message) for one in group]
    kinds = {one.message.kind for one in group}
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    return [Parcel(tuple(group), Message(kind, "", "normal", len(group)))]
