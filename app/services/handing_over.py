"""Handing cases to districts' platforms, each in the way of its kind of connector (docs/connectors.md)."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from app.channels.calling import Unanswered
from app.channels.open311 import GeoReport
from app.channels.webhook import Gone, Webhook
from app.models import Connector, Handover
from app.networks import AllowedNetworks
from app.services import handovers
from app.services.connecting import OPEN311, WEBHOOK
from app.services.filing import Filing
from app.services.handovers import Settled
from app.services.notifying import pause
from app.services.posting import Posting
from app.store import SqlStore
from app.strongbox import Unreadable
from sync.records import Record

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 100
"""Four days: a platform that is down over a long weekend still gets its cases."""
FOR_GOOD = (Gone, Unreadable)
"""What no later attempt would mend: the connector is stopped, until somebody connects it anew."""
LOCKED = "its key is locked by another secret of this server: run `qiaomen connect` with it again"
PATIENCE = 0.05
"""Seconds to wait for a platform before the other passes have their turn."""


class Way(Protocol):
    """How a kind of connector is told. All but the attempt itself runs where the database is."""

    def needless(self, connector: Connector, row: Handover, case: Record) -> str | None:
        """The state in which a handover ends without another attempt; None if one is needed."""

    def attempt(
        self,
        connector: Connector,
        rows: list[Handover],
        cases: Mapping[str, Record],
        now: datetime,
    ) -> Callable[[], Any]:
        """What a thread does: speak to the platform. Raises Unanswered or one of its kinds."""

    def settle(
        self, connector: Connector, rows: list[Handover], answer: Any, now: datetime
    ) -> None:
        """Record what the attempt brought."""


def ways(secret: bytes, networks: AllowedNetworks, clock: Callable[[], datetime]) -> dict[str, Way]:
    """The way of each kind of connector; `secret` is the server's."""
    return {
        OPEN311: Filing(secret, GeoReport(networks), clock),
        WEBHOOK: Posting(secret, Webhook(networks)),
    }


class HandingOver:
    """A pass of the worker. One thread talks to the platforms, so that a slow one holds up no notice."""

    def __init__(
        self, ways: Mapping[str, Way], clock: Callable[[], datetime], dice: Random
    ) -> None:
        self._ways, self._clock, self._dice = ways, clock, dice
        self._thread = ThreadPoolExecutor(1, "handing over")
        self._out: tuple[Connector, list[Handover], Future[Any]] | None = None

    def __call__(self, now: datetime) -> bool:
        """Begin what is due, or wait for what is under way; whether there is anything in hand."""
        if self._out is None and (claimed := handovers.claim(now)):
            self._begin(*claimed, now)
            return True
        if self._out:
            wait([self._out[2]], PATIENCE)
            self._collect(now)
            return True
        return False

    def finish(self) -> None:
        """Let the one that is under way end, and record it."""
        self._thread.shutdown()
        self._collect(self._clock())

    def _begin(self, connector: Connector, rows: list[Handover], now: datetime) -> None:
        """Claimed rows: leave out those that are needless by now, and let the thread do the rest."""
        way = self._ways[connector.kind]
        cases = SqlStore().cases(rows[0].community_id, [row.case_id for row in rows])
        needed = []
        for row in rows:
            if state := way.needless(connector, row, cases[row.case_id]):
                handovers.record(Settled(row, state, now, state))
            else:
                needed.append(row)
        if not needed:
            return
        try:
            attempt = way.attempt(connector, needed, cases, now)
        except Unreadable as error:
            self._failed(connector, needed, error, now)
        else:
            self._out = connector, needed, self._thread.submit(attempt)

    def _collect(self, now: datetime) -> None:
        if self._out is None or not self._out[2].done():
            return
        connector, rows, future = self._out
        self._out = None
        try:
            answer = future.result()
        except Exception as error:
            # one poisoned case must not stop the others
            self._failed(connector, rows, error, now)
        else:
            self._ways[connector.kind].settle(connector, rows, answer, now)

    def _failed(
        self, connector: Connector, rows: list[Handover], error: Exception, now: datetime
    ) -> None:
        words, stops = _words(error), isinstance(error, FOR_GOOD)
        then = "the connector is stopped" if stops else "tried again later"
        log.warning("handing over: %s; %s", words, then)
        self._put_off(rows, words, getattr(error, "pause", None), now)
        if stops:
            handovers.stop(connector, words, now)

    def _put_off(
        self, rows: list[Handover], words: str, asked: timedelta | None, now: datetime
    ) -> None:
        for row in rows:
            over = row.state == "waiting" and row.attempts >= MOST_ATTEMPTS
            due_at = now + pause(row.attempts, "normal", asked, self._dice)
            handovers.record(Settled(row, "failed" if over else row.state, due_at, words[:120]))


def _words(error: Exception) -> str:
    """What is said of it; the words of our own errors hold none of people's."""
    if isinstance(error, Unreadable):
        return LOCKED
    return str(error) if isinstance(error, Unanswered) else type(error).__name__
