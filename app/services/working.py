"""The background worker: passes over what is due, over and over."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)
IDLE = 0.25
"""Seconds to rest when nothing was due, or something failed."""

Pass = Callable[[datetime], bool]
"""Does what is due at a moment; true if there was anything, so that more may follow at once."""


class Worker:
    """Runs its passes in turn until told to stop."""

    def __init__(self, passes: Sequence[Pass], clock: Callable[[], datetime]) -> None:
        self._passes, self._clock = passes, clock
        self._stopping = False
        self._failing: dict[Pass, str] = {}
        # a queue, for unlike an Event it may be used in a signal handler
        self._bell: SimpleQueue[None] = SimpleQueue()

    def run(self) -> None:
        """Work until stopped; what fails is tried again after a rest."""
        while not self._stopping:
            # a sum, not any(): every pass gets its turn, also after a busy one
            if not sum(self._tried(one) for one in self._passes):
                self._rest()

    def run_once(self) -> None:
        """Work until nothing is due; what fails raises."""
        while not self._stopping and sum(one(self._clock()) for one in self._passes):
            pass

    def stop(self) -> None:
        """Stop after the pass under way. May be called from a signal handler or another thread."""
        self._stopping = True
        self._bell.put(None)

    def _tried(self, one: Pass) -> bool:
        try:
            more = one(self._clock())
        except Exception as error:
            # the type only: a database's words quote its parameters
            self._say(one, type(error).__name__)
            return False
        if self._failing.pop(one, None):
            log.warning("a pass that failed works again")
        return more

    def _say(self, one: Pass, failed: str) -> None:
        """Once, not at every try: in a night without its database the log would fill the disk."""
        if self._failing.get(one) != failed:
            self._failing[one] = failed
            log.warning("a pass failed and is tried again: %s", failed)

    def _rest(self) -> None:
        with suppress(Empty):
            self._bell.get(timeout=IDLE)
