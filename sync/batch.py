"""The mutations of one exchange, and when each of them really was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sync.mutation import Mutation
from sync.scene import Author

EVER = datetime.min.replace(tzinfo=UTC)
LONGEST_AWAY = timedelta(days=366)
"""No tap is taken to be older than this, whatever a broken clock says."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The mutations of one exchange, sent at `sent_at` by the device's clock, received `now` by ours."""

    author: Author
    mutations: Sequence[Mutation]
    now: datetime
    sent_at: datetime

    @property
    def offset_ms(self) -> int:
        """What the device's clock lacks to ours (P9)."""
        return round((self.now - self.sent_at).total_seconds() * 1000)

    def corrected(self, at: datetime) -> datetime:
        """When the tap really was: as long before the sending as the device says, never after it (P9)."""
        age = max(self.sent_at - at, timedelta())
        return self.now - min(age, LONGEST_AWAY)
