"""Filing a case with a platform by Open311, and asking it how the request gets on (docs/connectors.md)."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from app.channels.notice_words import WORDS
from app.channels.open311 import MOST_DESCRIPTION, Endpoint, GeoReport, Progress, Request, Taken
from app.models import Connector, Handover
from app.services import handovers
from app.services.handovers import Settled
from app.services.place_words import place_in_words
from app.services.working_days import is_working_day
from app.store import SqlStore
from app.strongbox import Strongbox
from sync.case_flow import is_over
from sync.cases import number
from sync.derived import derived_id
from sync.instants import to_wire
from sync.records import Record
from sync.tidings import MOST_WORDS, SETTLED, Tiding, hear

ASKED_EVERY = timedelta(minutes=15)

Answer = Taken | str | list[Progress] | None


class Filing:
    """The way of connectors that speak Open311; `secret` is the server's."""

    def __init__(self, secret: bytes, client: GeoReport, clock: Callable[[], datetime]) -> None:
        self._secret, self._client, self._clock = secret, client, clock

    def needless(self, connector: Connector, row: Handover, case: Record) -> str | None:
        """Done with a case that is over, or was joined to one that is.

        What is unsent is dropped where the case has left, or the platform has it.
        """
        if row.state == "taken":
            return "done" if is_over(SqlStore().followed(case)) else None
        needed = handovers.still_to_settle(connector, case) and not handovers.has_another(row)
        return None if needed else "dropped"

    def attempt(
        self,
        connector: Connector,
        rows: list[Handover],
        cases: Mapping[str, Record],
        now: datetime,
    ) -> Callable[[], Answer]:
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

    def settle(
        self, connector: Connector, rows: list[Handover], answer: Answer, now: datetime
    ) -> None:
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
    urgent = WORDS["urgent"] if value["urgency"] == "urgent" else ""
    words = "\n\n".join(filter(None, [f"{urgent}{value['title']}", value["detail"]]))
    ending = f"\n\n敲门 {reference}"
    services = connector.services
    return Request(
        services.get(value["category"] or "", services[""]),
        place_in_words(case),
        words[: MOST_DESCRIPTION - len(ending)] + ending,
        reference,
        row.created_at,
    )


def _line_id(row: Handover, said: str) -> str:
    """One id per handover and news, so that what is told again after a kill is one line."""
    return derived_id(row.id, said)
