"""Push services that have stopped answering.

Chrome's cannot be reached from most networks in mainland China: without this, waiting for it would
take up every thread and hold up the services that do answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

SILENCES = 3
PAUSE = timedelta(seconds=60)


@dataclass
class Silence:
    """How often in a row a host has not answered, and until when it is left alone."""

    times: int
    until: datetime


class Outages:
    """After SILENCES silences in a row a host is left alone for PAUSE, then tried once at a time."""

    def __init__(self) -> None:
        self._hosts: dict[str, Silence] = {}
        self._lock = Lock()

    def out(self, host: str, now: datetime) -> bool:
        """Whether to leave the host alone now. The first to ask after a pause may try."""
        with self._lock:
            silence = self._hosts.get(host)
            if silence is None or silence.times < SILENCES:
                return False
            if now < silence.until:
                return True
            silence.until = now + PAUSE
            return False

    def note(self, host: str, answered: bool, now: datetime) -> None:
        """Learn how an attempt went."""
        with self._lock:
            before = self._hosts.pop(host, None)
            if not answered:
                self._hosts[host] = Silence(before.times + 1 if before else 1, now + PAUSE)
