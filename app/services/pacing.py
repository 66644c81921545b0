"""A brake on those who ask too often, in the memory of one server process: it costs no statement."""

from datetime import datetime, timedelta

from app.errors import Refused

WITHIN = timedelta(minutes=1)
MOST = 120
"""Questions of one asker within that time: four windows of the app at once, and some in reserve."""

MOST_REMEMBERED = 50_000


class TooOften(Refused):
    """Wait `retry_after` seconds before asking again."""

    code = "too_often"


class Pace:
    """Counts what each asks of this process: a device, or an address."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[datetime, int]] = {}

    def count(self, asker: str, now: datetime) -> None:
        """Count a question. Raises TooOften past the most there may be."""
        began, count = self._counts.get(asker, (now, 0))
        if not timedelta() <= now - began < WITHIN:
            began, count = now, 0
        if count >= MOST:
            raise TooOften(retry_after=int((began + WITHIN - now).total_seconds()) + 1)
        if len(self._counts) >= MOST_REMEMBERED:
            self._counts.clear()
        self._counts[asker] = began, count + 1
