"""Carrying notices to people's devices, as long as it takes and within reason."""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from app.channels.outcome import FAILED, GONE, WAITING, Outcome
from app.channels.sealed_address import SealedAddress
from app.channels.web_push import Message
from app.services import deliveries
from app.services.deliveries import Claimed, Settled
from app.services.folding import Parcel, fold
from sync.notice_steps import Audible, at_once

log = logging.getLogger(__name__)
THREADS = 32
IN_HAND = 4 * THREADS
"""Deliveries claimed at a time: enough that no thread waits for the database."""
LEAST_LEFT = timedelta(minutes=1)
"""A lease with less left is not begun: an attempt with its name look-up may take that long."""
PATIENCE = 1.0
"""Seconds to wait for an attempt to end before looking for new work."""
MOST_ATTEMPTS = 20
"""Over half a day: a night without a line, and what was urgent then still arrives."""
FIRST_PAUSE = {"urgent": timedelta(seconds=2), "normal": timedelta(seconds=30)}
MOST_BY_CHANNEL = 4
"""A minute or so for an urgent notice: then the next step is worth more."""
LONGEST_OWN_PAUSE = timedelta(hours=1)
MOST_DOUBLINGS = 20
"""After which every pause is the longest; a `timedelta` has no room for forty."""


class Channel(Protocol):
    """A way to reach a device or a unit."""

    def send(self, address: Any, message: Message, now: datetime) -> Outcome: ...


def pause(attempts: int, urgency: str, asked: timedelta | None, dice: Random) -> timedelta:
    """How long to wait after so many failed attempts.

    What the service asked for and up to half more; or twice as long each time, and down to half of it.
    The dice keep those who failed together from coming back together.
    """
    first = FIRST_PAUSE[urgency]
    if asked is not None:
        return asked + max(asked, first) * dice.random() / 2
    longest: timedelta = min(first * 2 ** min(attempts - 1, MOST_DOUBLINGS), LONGEST_OWN_PAUSE)
    return longest * (0.5 + dice.random() / 2)


def settle(
    claimed: Claimed, outcome: Outcome, now: datetime, dice: Random, audible: Audible = at_once
) -> Settled:
    """Decide what follows from an attempt: another one, unless there were enough."""
    attempts, urgency = claimed.attempts + 1, claimed.message.urgency
    by_channel = isinstance(claimed.address, SealedAddress)
    state, due_at = outcome.state, now
    if state == WAITING and attempts >= (MOST_BY_CHANNEL if by_channel else MOST_ATTEMPTS):
        state = FAILED
    elif state == WAITING:
        due_at = audible(urgency, now + pause(attempts, urgency, outcome.pause, dice))
    return Settled(claimed, state, outcome.answer, outcome.reason, now, due_at)


class Postman:
    """Carries due deliveries to their services, THREADS at a time, so that a slow one holds up no other.

    Lives in one thread with the database; the others only send. What was sent and could not be recorded,
    because the database is away, is kept and recorded later.
    """

    def __init__(
        self,
        channel: Channel,
        clock: Callable[[], datetime],
        dice: Random,
        audible: Audible = at_once,
    ) -> None:
        self._channel, self._clock, self._dice, self._audible = channel, clock, dice, audible
        self._threads = ThreadPoolExecutor(THREADS, "postman")
        self._out: dict[Future[Outcome | None], Parcel] = {}
        self._settled: list[Settled] = []
        self._counts: Counter[str] = Counter()

    def deliver(self, now: datetime) -> bool:
        """Take what there is room for, wait for an attempt to end, record what has ended.

        Returns whether there was or still is anything in hand.
        """
        self._record()
        taken = len(self._out) <= IN_HAND / 2 and self._take(now)
        busy = taken or bool(self._out)
        wait(self._out, PATIENCE, FIRST_COMPLETED)
        self._collect()
        self._record()
        self._tell()
        return busy

    def finish(self) -> None:
        """Give back what has not been begun, let the rest end, record it."""
        unbegun = [
            claimed
            for future, parcel in self._out.items()
            if future.cancel()
            for claimed in parcel.claimed
        ]
        self._threads.shutdown()
        self._collect()
        self._record()
        deliveries.release(unbegun)
        self._tell()

    def _take(self, now: datetime) -> bool:
        """Begin what is due; what was left since the evening waits for the morning. Whether there was any."""
        claimed = deliveries.claim(IN_HAND - len(self._out), now)
        whens = [(one, self._audible(one.message.urgency, now)) for one in claimed]
        if later := [(one, at) for one, at in whens if at > now]:
            deliveries.put_off(later)
        for parcel in fold([one for one, at in whens if at <= now]):
            self._out[self._threads.submit(self._attempt, parcel)] = parcel
        return bool(claimed)

    def _attempt(self, parcel: Parcel) -> Outcome | None:
        """Runs in a thread. None when the lease was too far gone to begin."""
        now = self._clock()
        if parcel.address is None:
            return Outcome(GONE, "no longer subscribed", "unsubscribed")
        if parcel.until - now < LEAST_LEFT:
            return None
        try:
            return self._channel.send(parcel.address, parcel.message, now)
        except Exception as error:
            # one poisoned delivery must not stop the others; its words may be about people
            return Outcome(WAITING, type(error).__name__, "no_answer")

    def _collect(self) -> None:
        now = self._clock()
        for future in [future for future in self._out if future.done()]:
            parcel = self._out.pop(future)
            outcome = None if future.cancelled() else future.result()
            if outcome:
                self._settled += [
                    settle(claimed, outcome, now, self._dice, self._audible)
                    for claimed in parcel.claimed
                ]

    def _record(self) -> None:
        if self._settled:
            deliveries.record(self._settled)
            self._counts.update(one.state for one in self._settled)
            self._settled = []

    def _tell(self) -> None:
        """Log counts once a burst is over, or long."""
        if self._counts and (not self._out or self._counts.total() >= 1000):
            log.info("deliveries: %s", ", ".join(f"{n} {s}" for s, n in self._counts.items()))
            self._counts.clear()
