"""Handing cases to a district's platform by Open311, and asking it how they get on (docs/connectors.md)."""

import hashlib
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from app.channels.calling import Unanswered
from app.channels.open311 import MOST_DESCRIPTION, Endpoint, GeoReport, Progress, Request, Taken
from app.extensions import reading
from app.models import Connector, Handover, Unit
from app.services import handovers
from app.services.handovers import Settled
from app.services.notifying import pause
from app.services.working_days import is_working_day
from app.store import SqlStore
from app.strongbox import Strongbox
from sync.cases import number
from sync.instants import to_wire
from sync.records import Record
from sync.tidings import Tiding, hear

log = logging.getLogger(__name__)
ASKED_EVERY = timedelta(minutes=15)
MOST_ATTEMPTS = 100
"""Four days: a platform that is down over a long weekend still gets its cases."""
PATIENCE = 0.05
"""Seconds to wait for a platform before the other passes have their turn."""
URGENT = "【紧急】"
SETTLED = "已办结"
"""What stands on the timeline where the platform closes a request without a word."""
MOST_WORDS = 4000

Answer = Taken | str | list[Progress] | None
Attempt = Callable[[], Answer]


class HandingOver:
    """A pass of the worker. One thread talks to the platforms, so that a slow one holds up no notice."""

    def __init__(
        self, secret: bytes, client: GeoReport, clock: Callable[[], datetime], dice: Random
    ) -> None:
        self._secret, self._client, self._clock, self._dice = secret, client, clock, dice
        self._thread = ThreadPoolExecutor(1, "handing over")
        self._out: tuple[Connector, list[Handover], Future[Answer]] | None = None

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
        cases = SqlStore().cases(rows[0].community_id, [row.case_id for row in rows])
        needed = [row for row in rows if not self._ended(connector, row, cases[row.case_id], now)]
        if needed:
            attempt = self._attempt(connector, needed, cases, now)
            self._out = connector, needed, self._thread.submit(attempt)

    def _ended(self, connector: Connector, row: Handover, case: Record, now: datetime) -> bool:
        if row.state == "taken":
            state, ended = "done", case.value["state"] in ("closed", "withdrawn")
        else:
            unsettled = case.value["state"] in ("open", "accepted")
            held = case.value["holder_id"] == connector.unit_id and unsettled
            state, ended = "dropped", not held or handovers.has_another(row)
        if ended:
            handovers.record(Settled(row, state, now, state))
        return ended

    def _attempt(
        self, connector: Connector, rows: list[Handover], cases: dict[str, Record], now: datetime
    ) -> Attempt:
        key = Strongbox(self._secret).open(connector.id, connector.secret)
        endpoint = Endpoint(connector.url, connector.jurisdiction_id, key)
        row = rows[0]
        if row.service_request_id:
            ids = [row.service_request_id for row in rows if row.service_request_id]
            return lambda: self._client.progress(endpoint, ids, now)
        if row.token:
            token = row.token
            return lambda: self._client.resolve(endpoint, token, now)
        request = request_of(connector, row, cases[row.case_id])
        return lambda: self._client.file(endpoint, request, row.attempts > 1, now)

    def _collect(self, now: datetime) -> None:
        if self._out is None or not self._out[2].done():
            return
        connector, rows, future = self._out
        self._out = None
        try:
            answer = future.result()
        except Exception as error:
            # one poisoned case must not stop the others; the words of our own errors hold none of people's
            words = str(error) if isinstance(error, Unanswered) else type(error).__name__
            self._put_off(rows, words, getattr(error, "pause", None), now)
            return
        if isinstance(answer, list):
            for row in rows:
                news = next(
                    (p for p in answer if p.service_request_id == row.service_request_id), None
                )
                self._heard(connector, row, news, now)
        else:
            taken = (
                Taken(answer) if isinstance(answer, str) else answer or Taken(None, rows[0].token)
            )
            self._taken(connector, rows[0], taken, now)

    def _put_off(
        self, rows: list[Handover], words: str, asked: timedelta | None, now: datetime
    ) -> None:
        log.warning("handing over: %s, tried again later", words)
        for row in rows:
            over = row.state == "waiting" and row.attempts >= MOST_ATTEMPTS
            due_at = now + pause(row.attempts, "normal", asked, self._dice)
            handovers.record(Settled(row, "failed" if over else row.state, due_at, words[:120]))

    def _taken(self, connector: Connector, row: Handover, taken: Taken, now: datetime) -> None:
        if taken.service_request_id:
            words = f"{connector.name} {taken.service_request_id}"
            self._tell(row, Tiding(
                _line_id(row, "taken"), row.case_id, connector.unit_id, connector.name, words, now,
                handed_over=True,
            ))  # fmt: skip
        state = "taken" if taken.service_request_id or taken.token else "done"
        due_at = now + ASKED_EVERY
        handovers.record(
            Settled(row, state, due_at, "taken", taken.service_request_id, taken.token, fresh=True)
        )

    def _heard(
        self, connector: Connector, row: Handover, news: Progress | None, now: datetime
    ) -> None:
        """What a platform says once more, or not at all, is no news; it is asked again later."""
        said = f"{news.closed} {news.notes}" if news else ""
        heard = hashlib.sha256(said.encode()).hexdigest()
        if news and heard != row.heard and (news.closed or news.notes):
            moment = news.updated or now
            words = news.notes.replace("\0", "")[:MOST_WORDS] or SETTLED
            line_id = _line_id(row, f"{to_wire(moment) if news.updated else ''} {said}")
            self._tell(row, Tiding(
                line_id, row.case_id, connector.unit_id, connector.name, words, moment, news.closed
            ))  # fmt: skip
        state = "done" if news and news.closed else "taken"
        answer = "closed" if state == "done" else "open" if news else "not listed"
        handovers.record(
            Settled(
                row, state, now + ASKED_EVERY, answer, heard=heard if news else None, fresh=True
            )
        )

    def _tell(self, row: Handover, tiding: Tiding) -> None:
        hear(SqlStore(), row.community_id, tiding, self._clock(), is_working_day)


def request_of(connector: Connector, row: Handover, case: Record) -> Request:
    """What a platform is told of a case: what levels above the community see, and of nobody the name."""
    value = case.value
    reference = f"{number(case.id)}/{row.id[:8]}"
    urgent = URGENT if value["urgency"] == "urgent" else ""
    words = "\n\n".join(filter(None, [f"{urgent}{value['title']}", value["detail"]]))
    ending = f"\n\n敲门 {reference}"
    services = connector.services
    return Request(
        services.get(value["category"] or "", services[""]),
        _address(case),
        words[: MOST_DESCRIPTION - len(ending)] + ending,
        reference,
        row.created_at,
    )


def _address(case: Record) -> str:
    """Where it is, from the nearest to the widest, as Open311 has it."""
    with reading() as session:
        origin = session.get_one(Unit, case.value["origin_id"])
        units = session.execute(
            select(Unit.id, Unit.name).where(Unit.id.in_(origin.path.split("/")))
        )
        names = {row.id: row.name for row in units}
    path = [names[id_] for id_ in reversed(origin.path.split("/")) if id_ != origin.id]
    return "，".join(filter(None, [case.value["place"]["text"], *path]))


def _line_id(row: Handover, said: str) -> str:
    """One id per handover and news, so that what is told again after a kill is one line."""
    return str(uuid5(NAMESPACE_URL, f"qiaomen:{row.id}/{said}"))
