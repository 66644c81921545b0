"""How a rescued outbox, a file that was days on its way, comes into the ordinary push (P8, P9)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sync.mutation import Mutation

LAST = datetime.max.replace(tzinfo=UTC)


def sent_at(sealed_at: datetime, offset_ms: int, now: datetime) -> datetime:
    """What the device's clock would say `now`, going by its last known offset (P9).

    A file does not tell how long it was on its way, so the moment it was sealed says nothing of the clock's
    offset but this: it was sealed before it arrived, so a clock that would have it otherwise is that much
    further ahead. Sent at the moment given here, each tap is corrected by the offset alone. A clock may
    be years off after a flat battery, but shows no moment later than there are.
    """
    offset = min(timedelta(milliseconds=offset_ms), now - sealed_at)
    return now - max(offset, now - LAST)


def batches(mutations: Sequence[Mutation], most: int) -> Iterator[list[Mutation]]:
    """The mutations in the order of the queue, cut where some are missing and after `most`.

    So a gap holds up those behind it and none before it (P4).
    """
    queue = sorted(mutations, key=lambda mutation: mutation.seq)
    holes = [
        place for place, (one, next_) in enumerate(pairwise(queue), 1) if next_.seq > one.seq + 1
    ]
    for start, end in pairwise([0, *holes, len(queue)]):
        for first in range(start, end, most):
            yield queue[first : min(first + most, end)]
