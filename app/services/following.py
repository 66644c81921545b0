"""Following the feeds of a district's communities, as its phones do, to find what happens to the cases there.

A feed has no gaps, and how far a connector has followed it is written with what was found: so none is
missed and none found twice, and an exchange knows nothing of connectors.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.extensions import reading, writing
from app.models import CaseEvent, Connector, ConnectorProgress, FeedCounter, Handover, Unit
from app.services.happenings import TOLD, happenings
from app.sql import insert
from app.store import SqlStore
from sync.instants import to_wire
from sync.levels import LEVELS
from sync.scope import View
from sync.store import Window
from sync.tidings import ROLE

EVERY = timedelta(seconds=5)
BATCH = 500
"""Lines of a feed looked at in one transaction."""


class Following:
    """A pass of the worker that writes down what there is to hand over."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def __call__(self, now: datetime) -> bool:
        """Follow every feed with news; whether anything was found."""
        if self._next and now < self._next:
            return False
        self._next = now + EVERY
        with reading() as session:
            news = session.execute(_with_news()).all()
        return sum(follow(*row, now=now) for row in news) > 0


def _with_news() -> Select[Any]:
    """Connectors with the communities of their districts whose feeds have gone on; and with those that were:
    what was at the district has left with them."""
    progress = (
        (ConnectorProgress.community_id == Unit.id)
        & (ConnectorProgress.connector_id == Connector.id)
    )  # fmt: skip
    district = select(Unit.id, Unit.path, Unit.level).subquery()
    return (
        select(Connector, district.c.level, Unit.id)
        .join(district, district.c.id == Connector.unit_id)
        .join(Unit, Unit.level == "community")
        .join(FeedCounter, FeedCounter.community_id == Unit.id)
        .outerjoin(ConnectorProgress, progress)
        .where(
            Connector.stopped_at.is_(None),
            or_(
                ConnectorProgress.version < FeedCounter.version,
                and_(
                    ConnectorProgress.version.is_(None),
                    Unit.path.startswith(district.c.path + "/"),
                ),
            ),
        )
    )


def follow(connector: Connector, level: str, community_id: str, *, now: datetime) -> int:
    """Write down what happened at the unit in a stretch of a community's feed; how much."""
    key = {"community_id": community_id, "connector_id": connector.id}
    with writing() as session:
        insert(
            session, ConnectorProgress.__table__, [{**key, "version": 0}], "ON CONFLICT DO NOTHING"
        )
        progress = session.get_one(ConnectorProgress, key, with_for_update=True)
        upto = session.get_one(FeedCounter, community_id).version
        view = View(above=LEVELS[level].rank)
        found = SqlStore().read(Window(community_id, view, progress.version, upto), BATCH).lines
        fresh = _case_events(orjson.loads(orjson.dumps([line for _, line in found])))
        rows = [
            _row(key, event, line, now)
            for event, line in _happened(session, connector, community_id, fresh)
            if line.id in fresh
        ]
        insert(session, Handover.__table__, rows, "ON CONFLICT DO NOTHING")
        progress.version = found[-1][0] if len(found) == BATCH else upto
    return len(rows)


def _case_events(operations: list[dict[str, Any]]) -> dict[str, str]:
    """The lines of timelines among what a feed has, with the cases they are of."""
    return {
        operation["id"]: operation["value"]["case_id"]
        for operation in operations
        if operation["op"] == "put" and operation["type"] == "case_event"
    }


def _happened(
    session: Session, connector: Connector, community_id: str, fresh: dict[str, str]
) -> Iterator[tuple[str, CaseEvent]]:
    """What happened to the cases of these lines at the connector's unit, but for what its platform said."""
    lines = session.scalars(
        select(CaseEvent)
        .where(CaseEvent.community_id == community_id, CaseEvent.case_id.in_(set(fresh.values())))
        .order_by(CaseEvent.case_id, CaseEvent.version)
    )
    for _, timeline in groupby(lines, attrgetter("case_id")):
        for event, line in happenings(timeline, connector.unit_id):
            own = (line.actor_role, line.actor_name) == (ROLE, connector.name)
            if event in TOLD[connector.kind] and not own:
                yield event, line


def _row(key: dict[str, str], event: str, line: CaseEvent, now: datetime) -> dict[str, Any]:
    return {
        **key,
        "id": str(uuid5(UUID(key["connector_id"]), line.id)),
        "case_id": line.case_id,
        "event_id": line.id,
        "event": event,
        "version": line.version,
        "state": "waiting",
        "attempts": 0,
        "created_at": to_wire(now),
        "due_at": to_wire(now),
    }
