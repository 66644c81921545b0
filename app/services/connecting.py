"""Connecting a district with its platform, and saying how it gets on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.channels.endpoints import acceptable
from app.channels.open311 import Endpoint, GeoReport
from app.channels.webhook_signature import key_of
from app.errors import Refused
from app.extensions import reading, writing
from app.models import Connector, Handover, Unit
from app.networks import AllowedNetworks
from app.strongbox import Strongbox, Unreadable

OPEN311, WEBHOOK = "open311", "webhook"
CHANGING = timedelta(days=1)
"""How long a webhook's former secret is still good, so that both sides need not change it at one moment."""


class NoSuchDistrict(Refused):
    """No district has this code; `detail` is it."""

    code = "not_found"


class BadAddress(Refused):
    """An address that nothing is sent to: not https, or inside our own network where nobody allowed it."""


class UnknownServices(Refused):
    """Service codes that the platform does not have; `known` are those it has, with their names."""

    def __init__(self, codes: Sequence[str], known: Mapping[str, str]) -> None:
        super().__init__(", ".join(codes))
        self.codes, self.known = codes, known


@dataclass(frozen=True)
class Platform:
    """What an administrator says of a platform; `services` are its codes by category, `""` for all others."""

    kind: str
    url: str
    name: str
    jurisdiction_id: str | None = None
    services: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ConnectorLine:
    """A connector as it is listed, with how many handovers are in each state. Its secret is never shown."""

    id: str
    code: str
    kind: str
    name: str
    url: str
    stopped_at: datetime | None
    stopped_because: str | None
    states: Counter[str]


def connect(
    code: str,
    platform: Platform,
    key: str,
    secret: bytes,
    networks: AllowedNetworks,
    now: datetime,
) -> str:
    """Connect a district, or change its connection; what failed before is tried again. The connector's id.

    `key` is the platform's, `secret` the server's, by which it is encrypted. Raises NoSuchDistrict,
    BadAddress, or BadSecret where webhooks cannot be signed by the key; and where an Open311 platform is
    asked for its services, UnknownServices, or Unanswered if it does not tell them.
    """
    if not acceptable(platform.url, networks):
        raise BadAddress(platform.url)
    if platform.kind == WEBHOOK:
        key_of(key)
    with reading() as session:
        _district(session, code)
    if platform.kind == OPEN311:
        # outside of any transaction: the platform may take its time
        _check_services(platform, key, GeoReport(networks), now)
    with writing() as session:
        district = _district(session, code)
        own = {"unit_id": district.id, "kind": platform.kind}
        # locked, for what a worker stops meanwhile by the old address would stay stopped
        known = session.scalar(select(Connector).filter_by(**own).with_for_update())
        row = known or Connector(id=str(uuid4()), **own)
        row.url, row.name = platform.url, platform.name
        row.jurisdiction_id, row.services = platform.jurisdiction_id, dict(platform.services)
        _change_key(row, key, Strongbox(secret), now)
        row.stopped_at = row.stopped_because = None
        session.add(row)
        session.execute(
            update(Handover)
            .where(Handover.connector_id == row.id, Handover.state == "failed")
            # as many attempts again as at first; one that may have arrived is looked for before it is sent
            .values(state="waiting", attempts=1)
            .execution_options(synchronize_session=False)
        )
        return row.id


def _district(session: Session, code: str) -> Unit:
    district = session.scalar(select(Unit).where(Unit.code == code, Unit.level == "district"))
    if district is None:
        raise NoSuchDistrict(code)
    return district


def _check_services(platform: Platform, key: str, report: GeoReport, now: datetime) -> None:
    known = report.services(Endpoint(platform.url, platform.jurisdiction_id, key), now)
    codes = sorted({*platform.services.values()} - {*known})
    if codes:
        raise UnknownServices(codes, known)


def _change_key(row: Connector, key: str, box: Strongbox, now: datetime) -> None:
    """Keep a webhook's former secret for a while, unless the connector was stopped or nobody can read it."""
    former = row.secret if row.kind == WEBHOOK and row.stopped_at is None else None
    try:
        if former and box.open(row.id, former) == key:
            return
    except Unreadable:
        former = None
    row.secret, row.former_secret = box.lock(row.id, key), former
    row.former_until = now + CHANGING if former else None


def secrets_of(connector: Connector, secret: bytes, now: datetime) -> list[str]:
    """The secrets of a connector that are good now, the newest first; `secret` is the server's.

    Raises Unreadable where that was another when they were locked.
    """
    locked = [connector.secret]
    if connector.former_secret and connector.former_until and connector.former_until > now:
        locked.append(connector.former_secret)
    return [Strongbox(secret).open(connector.id, one) for one in locked]


def stop(code: str, now: datetime) -> None:
    """Hand nothing over any more, hear no news, and forget a former secret.

    Raises NoSuchDistrict where nothing is connected.
    """
    with writing() as session:
        rows = session.scalars(select(Connector).join(Unit).where(Unit.code == code)).all()
        if not rows:
            raise NoSuchDistrict(code)
        for row in rows:
            row.stopped_at = row.stopped_at or now
            row.former_secret = row.former_until = None


def connectors() -> list[ConnectorLine]:
    """All connectors, by their districts' codes."""
    counts = select(Handover.connector_id, Handover.state, func.count()).group_by(
        Handover.connector_id, Handover.state
    )
    with reading() as session:
        states: dict[str, Counter[str]] = {}
        for connector_id, state, count in session.execute(counts):
            states.setdefault(connector_id, Counter())[state] = count
        found = select(Connector, Unit.code).join(Unit).order_by(Unit.code)
        return [
            ConnectorLine(
                c.id,
                code,
                c.kind,
                c.name,
                c.url,
                c.stopped_at,
                c.stopped_because,
                states.get(c.id, Counter()),
            )
            for c, code in session.execute(found)
        ]
