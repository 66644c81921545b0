"""Handovers in the database: claiming those that are due, and recording what became of them.

As deliveries are: a claim is a lease, taken within one community at a time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, update
from sqlalchemy.orm import aliased

from app.extensions import reading, writing
from app.models import Connector, Handover
from sync.case_flow import is_unsettled
from sync.records import Record

UNDER_WAY = ("waiting", "taken")
LEASE = timedelta(minutes=5)
MOST = 50
"""Handovers claimed at a time, and requests that a platform is asked about at once."""


def claim(now: datetime) -> tuple[Connector, list[Handover]] | None:
    """Claim what is due longest at one connector: one to send, or several to ask about; None if nothing is.

    `attempts` is written before the attempt, so that whoever claims it next knows there may have been one.
    """
    due = _due(now)
    with reading() as session:
        first = session.scalar(due_longest(now))
    if first is None:
        return None
    key = (Handover.community_id == first.community_id, Handover.connector_id == first.connector_id)
    asks = first.service_request_id is not None
    alike = Handover.service_request_id.is_not(None) if asks else Handover.id == first.id
    with writing() as session:
        rows = session.scalars(
            select(Handover).where(*key, *due, alike).limit(MOST).with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.claimed_until, row.attempts = now + LEASE, row.attempts + 1
        connector = session.get_one(Connector, first.connector_id)
    return (connector, list(rows)) if rows else None


def due_longest(now: datetime) -> Select[Handover]:
    """The handover that is due longest, over all communities: asked every few seconds."""
    return (
        select(Handover)
        .join(Connector, Connector.id == Handover.connector_id)
        .where(*_due(now), Connector.stopped_at.is_(None))
        .order_by(Handover.due_at)
        .limit(1)
    )


def _due(now: datetime) -> list[ColumnElement[bool]]:
    """What is to do by now, and waits for nothing earlier of its case: events arrive in their order."""
    under_way = [literal(state, literal_execute=True) for state in UNDER_WAY]
    earlier = aliased(Handover)
    unsent = select(earlier.id).where(
        earlier.community_id == Handover.community_id,
        earlier.case_id == Handover.case_id,
        earlier.connector_id == Handover.connector_id,
        earlier.version < Handover.version,
        earlier.state == "waiting",
    )
    return [
        # written out, for a partial index serves no parameter
        Handover.state.in_(under_way),
        Handover.due_at <= now,
        or_(Handover.claimed_until.is_(None), Handover.claimed_until <= now),
        ~exists(unsent),
    ]


@dataclass(frozen=True)
class Settled:
    """What became of a claimed handover; None leaves a field as it is."""

    row: Handover
    state: str
    due_at: datetime
    answer: str
    service_request_id: str | None = None
    token: str | None = None
    heard: str | None = None
    fresh: bool = False
    """Whether attempts are counted anew."""


def record(settled: Settled) -> None:
    """Write it down, where the claim still stands: after its lease another worker may have it."""
    row = settled.row
    values = {
        "state": settled.state,
        "due_at": settled.due_at,
        "answer": settled.answer,
        "claimed_until": None,
        "attempts": 0 if settled.fresh else row.attempts,
        "service_request_id": settled.service_request_id or row.service_request_id,
        "token": settled.token or row.token,
        "heard": settled.heard or row.heard,
    }
    with writing() as session:
        session.execute(
            update(Handover)
            .where(
                Handover.community_id == row.community_id,
                Handover.id == row.id,
                Handover.claimed_until == row.claimed_until,
            )
            .values(values)
            .execution_options(synchronize_session=False)
        )


def still_to_settle(connector: Connector, case: Record) -> bool:
    """Whether the district has the case, and something is left to do."""
    return case.value["holder_id"] == connector.unit_id and is_unsettled(case)


def has_another(row: Handover, state: str = "taken") -> bool:
    """Whether there is another handover of this case to this platform in a state."""
    same = (
        Handover.community_id == row.community_id,
        Handover.case_id == row.case_id,
        Handover.connector_id == row.connector_id,
        Handover.id != row.id,
        Handover.state == state,
    )
    with reading() as session:
        return bool(session.scalar(select(exists().where(*same))))


def stop(connector: Connector, because: str, now: datetime) -> None:
    """Hand nothing over to it any more, until it is connected anew; where it has been meanwhile, go on."""
    as_it_was = (Connector.url == connector.url, Connector.secret == connector.secret)
    with writing() as session:
        session.execute(
            update(Connector)
            .where(Connector.id == connector.id, Connector.stopped_at.is_(None), *as_it_was)
            .values(stopped_at=now, stopped_because=because[:120])
            .execution_options(synchronize_session=False)
        )
