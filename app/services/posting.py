"""Telling a platform by signed webhooks what happens to the cases at its district (docs/connectors.md)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from app.channels.webhook import Receiver, Webhook
from app.extensions import reading
from app.models import CaseEvent, Connector, Handover
from app.services import handovers
from app.services.connecting import secrets_of
from app.services.handovers import Settled
from app.services.happenings import WORDY
from app.services.place_words import place_in_words
from sync.cases import number
from sync.instants import to_wire
from sync.records import Record

TOLD = ("title", "detail", "urgency", "category")
"""The fields of a case that go with each event: to whom it is new, it is whole."""


class Posting:
    """The way of connectors that take webhooks; `secret` is the server's."""

    def __init__(self, secret: bytes, client: Webhook) -> None:
        self._secret, self._client = secret, client

    def needless(self, connector: Connector, row: Handover, case: Record) -> str | None:
        """Dropped where the platform never heard of the case, and the district has nothing left to do."""
        known = handovers.has_another(row, "done")
        return None if known or handovers.still_to_settle(connector, case) else "dropped"

    def attempt(
        self,
        connector: Connector,
        rows: list[Handover],
        cases: Mapping[str, Record],
        now: datetime,
    ) -> Callable[[], None]:
        (row,) = rows
        receiver = Receiver(connector.url, secrets_of(connector, self._secret, now))
        body = orjson.dumps(event_of(row, cases[row.case_id]))
        return lambda: self._client.post(receiver, row.id, body, now)

    def settle(
        self, _connector: Connector, rows: list[Handover], _answer: None, now: datetime
    ) -> None:
        for row in rows:
            handovers.record(Settled(row, "done", now, "taken", fresh=True))


def event_of(row: Handover, case: Record) -> dict[str, Any]:
    """An event as the platform gets it: of nobody the name, and no words of a resident."""
    with reading() as session:
        line = session.get_one(CaseEvent, (row.community_id, row.event_id))
    return {
        "type": row.event,
        "timestamp": to_wire(line.at),
        "data": {
            "case_id": case.id,
            "number": number(case.id),
            **{name: case.value[name] for name in TOLD},
            "place": place_in_words(case),
            "notes": line.text if line.action in WORDY else "",
        },
    }
