"""Connecting a district with its platform, and saying how it gets on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select, update

from app.channels.endpoints import acceptable
from app.errors import Refused
from app.extensions import reading, writing
from app.models import Connector, Handover, Unit
from app.strongbox import Strongbox

OPEN311 = "open311"


class NoSuchDistrict(Refused):
    """No district has this code; `detail` is it."""

    code = "not_found"


class BadAddress(Refused):
    """An address that nothing is sent to: not https, or inside our own network."""


@dataclass(frozen=True)
class Platform:
    """What an administrator says of a platform; `services` are its codes by category, `""` for all others."""

    url: str
    name: str
    jurisdiction_id: str | None
    services: Mapping[str, str]


@dataclass(frozen=True)
class ConnectorLine:
    """A connector as it is listed, with how many handovers are in each state. Its secret is never shown."""

    code: str
    kind: str
    name: str
    url: str
    stopped_at: datetime | None
    states: Counter[str]


def connect(code: str, platform: Platform, api_key: str, secret: bytes, to_loopback: bool) -> None:
    """Connect a district, or change its connection; what failed before is tried again.

    `secret` is the server's, by which the key is encrypted. Raises NoSuchDistrict or BadAddress.
    """
    if not acceptable(platform.url, to_loopback):
        raise BadAddress(platform.url)
    with writing() as session:
        district = session.scalar(select(Unit).where(Unit.code == code, Unit.level == "district"))
        if district is None:
            raise NoSuchDistrict(code)
        key = {"unit_id": district.id, "kind": OPEN311}
        row = session.scalar(select(Connector).filter_by(**key)) or Connector(
            id=str(uuid4()), **key
        )
        row.url, row.name, row.stopped_at = platform.url, platform.name, None
        row.jurisdiction_id, row.services = platform.jurisdiction_id, dict(platform.services)
        row.secret = Strongbox(secret).lock(row.id, api_key)
        session.add(row)
        session.execute(
            update(Handover)
            .where(Handover.connector_id == row.id, Handover.state == "failed")
            .values(state="waiting")
            .execution_options(synchronize_session=False)
        )


def stop(code: str, now: datetime) -> None:
    """Hand nothing over any more, and ask for no news. Raises NoSuchDistrict where nothing is connected."""
    with writing() as session:
        rows = session.scalars(select(Connector).join(Unit).where(Unit.code == code)).all()
        if not rows:
            raise NoSuchDistrict(code)
        for row in rows:
            row.stopped_at = row.stopped_at or now


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
            ConnectorLine(code, c.kind, c.name, c.url, c.stopped_at, states.get(c.id, Counter()))
            for c, code in session.execute(found)
        ]
